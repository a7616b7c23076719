# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of the commitments that were met."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from services.initiatives.milestones.tables import milestone
from shared.contracts.commands import Act


def reach(connection: Connection, slug: str, milestone_id: str, act: Act) -> Row[Any]:
    """Note that it was met, unless that was noted before; what is there in the end."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {"slug": slug, "id": milestone_id, "reached_on": act.happened_on, "origin": act.origin}
    connection.execute(dialect.insert(milestone).values(row).on_conflict_do_nothing())
    return connection.execute(select(milestone).where(milestone.c.slug == slug)).one()


def reached(connection: Connection) -> dict[str, date]:
    """Which were met, and when."""
    return {row.slug: row.reached_on for row in connection.execute(select(milestone))}
