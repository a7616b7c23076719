# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of results: only what may be known."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, update

from services.surveys.tables import results
from shared.contracts.envelope import WHOLE_MUNICIPALITY, NewEvent
from shared.contracts.surveys import Result

PUBLISHED = [column.name for column in results.c if column.name not in ("number", "id", "area")]


def add(connection: Connection, events: Sequence[NewEvent]) -> None:
    """Store the results of new events, each under the id of its subject."""
    rows = [{"id": event.subject, **row_of(event.data)} for event in events if isinstance(event.data, Result)]
    if rows:
        connection.execute(insert(results), rows)


def replace(connection: Connection, result_id: str, result: Result) -> None:
    connection.execute(update(results).where(results.c.id == result_id).values(row_of(result)))


def row_of(result: Result) -> dict[str, Any]:
    row = {name: getattr(result, name) for name in PUBLISHED}
    row["area"] = result.kernen[0] if result.kernen else WHOLE_MUNICIPALITY
    row["distribution"] = [share.model_dump() for share in result.distribution]
    row["comparable_with"] = list(result.comparable_with)
    return row
