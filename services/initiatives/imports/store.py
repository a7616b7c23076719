# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of imports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from services.initiatives.imports.history_file import PastInitiative
from services.initiatives.imports.tables import batch, imported, line
from shared.contracts.refusals import NotFound

OPEN = ("checking", "writing")


def add(
    connection: Connection,
    import_id: str,
    origin: str,
    found: Sequence[tuple[int, PastInitiative]],
    now: datetime,
) -> None:
    empty = {"checked": 0, "written": 0, "known": 0, "faults": []}
    row = {"id": import_id, "state": "checking", "origin": origin, "received_at": now, "lines": len(found)}
    connection.execute(insert(batch), row | empty)
    documents = [
        {
            "import_id": import_id,
            "place": place,
            "number": number,
            "document": past.model_dump(mode="json", by_alias=True),
        }
        for place, (number, past) in enumerate(found)
    ]
    connection.execute(insert(line), documents)


def one(connection: Connection, import_id: str) -> Row[Any]:
    """May raise NotFound."""
    row = connection.execute(select(batch).where(batch.c.id == import_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no import {import_id}.")
    return row


def open_ones(connection: Connection) -> list[Row[Any]]:
    """The imports that are on their way, the one that waits longest first."""
    wanted = select(batch).where(batch.c.state.in_(OPEN)).order_by(batch.c.received_at, batch.c.id)
    return list(connection.execute(wanted))


def hold(connection: Connection, import_id: str) -> Row[Any]:
    """To go on with it: nobody else does meanwhile."""
    return connection.execute(select(batch).where(batch.c.id == import_id).with_for_update()).one()


def part(connection: Connection, import_id: str, start: int, most: int) -> list[Row[Any]]:
    wanted = select(line).where(line.c.import_id == import_id, line.c.place >= start)
    return list(connection.execute(wanted.order_by(line.c.place).limit(most)))


def is_known(connection: Connection, key: str) -> bool:
    return connection.execute(select(imported.c.key).where(imported.c.key == key)).first() is not None


def keep_key(connection: Connection, key: str, initiative_id: str) -> None:
    connection.execute(insert(imported), {"key": key, "initiative_id": initiative_id})


def go_on(connection: Connection, import_id: str, **facts: object) -> None:
    connection.execute(update(batch).where(batch.c.id == import_id).values(facts))


def drop_lines(connection: Connection, import_id: str, before: int | None = None) -> None:
    """Their words stand with the initiatives now, or were refused."""
    gone = delete(line).where(line.c.import_id == import_id)
    connection.execute(gone if before is None else gone.where(line.c.place < before))
