# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of results: only what may be known."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, update

from services.surveys.tables import results
from shared.contracts.envelope import WHOLE_MUNICIPALITY, NewEvent
from shared.contracts.surveys import Result

SAID = [column.name for column in results.c if column.name not in ("number", "id", "area")]


def add(connection: Connection, told: Sequence[NewEvent]) -> None:
    """Store results that were just told, each under the id of its subject."""
    rows = [{"id": event.subject, **row_of(event.data)} for event in told if isinstance(event.data, Result)]
    if rows:
        connection.execute(insert(results), rows)


def correct(connection: Connection, result_id: str, said: Result) -> None:
    connection.execute(update(results).where(results.c.id == result_id).values(row_of(said)))


def row_of(said: Result) -> dict[str, Any]:
    row = {name: getattr(said, name) for name in SAID}
    row["area"] = said.kernen[0] if said.kernen else WHOLE_MUNICIPALITY
    row["distribution"] = [share.model_dump() for share in said.distribution]
    row["comparable_with"] = list(said.comparable_with)
    return row
