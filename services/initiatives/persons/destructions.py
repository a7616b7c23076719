# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of the lists by which records are destroyed; an approved one is the declaration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from services.initiatives.persons.model import DONE, ENDS, Record, is_due, kept_until
from services.initiatives.persons.sentences import declaration
from services.initiatives.persons.store import RECORD, records
from services.initiatives.persons.tables import destruction, destruction_item
from services.initiatives.persons.views import DestructionItem, DestructionSummary, DestructionView
from services.initiatives.tables import initiative
from shared.contracts.initiatives.persons import MOST_DESTROYED
from shared.contracts.refusals import NotFound
from shared.municipality.taking_part import Retention


@dataclass(frozen=True)
class Proposed:
    approved_on: date | None
    initiative_ids: tuple[str, ...]


def due(connection: Connection, terms: tuple[Retention, ...], today: date) -> list[Record]:
    """What has been kept longer than its term and is still there, the longest first; what one list holds."""
    destroyed = select(destruction_item.c.initiative_id).where(destruction_item.c.destroyed)
    ended = RECORD.where(initiative.c.state.in_([*ENDS, *DONE]), initiative.c.id.not_in(destroyed))
    found = []
    for row in connection.execute(ended.order_by(initiative.c.changed_on, initiative.c.id)):
        if is_due(record := Record(**row._mapping), terms, today):
            found.append(record)
        if len(found) == MOST_DESTROYED:
            break
    return found


def add(
    connection: Connection, list_id: str, due: list[Record], terms: tuple[Retention, ...], on: date
) -> None:
    connection.execute(insert(destruction), {"id": list_id, "proposed_on": on})
    items = [
        {
            "destruction_id": list_id,
            "place": place,
            "initiative_id": record.id,
            "result": record.result,
            "kept_until": kept_until(record, terms),
            "destroyed": False,
        }
        for place, record in enumerate(due)
    ]
    connection.execute(insert(destruction_item), items)


def load(connection: Connection, list_id: str) -> Proposed:
    """For a decision: its row is locked. May raise NotFound."""
    wanted = select(destruction).where(destruction.c.id == list_id).with_for_update()
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise NotFound(f"There is no list {list_id}.")
    ids = select(destruction_item.c.initiative_id).where(destruction_item.c.destruction_id == list_id)
    found = connection.execute(ids.order_by(destruction_item.c.place)).scalars()
    return Proposed(row.approved_on, tuple(found))


def approve(connection: Connection, list_id: str, going: Sequence[str], on: date, by: str | None) -> None:
    done = update(destruction).where(destruction.c.id == list_id)
    connection.execute(done.values(approved_on=on, approved_by=by))
    of = destruction_item.c
    gone = update(destruction_item).where(of.destruction_id == list_id, of.initiative_id.in_(going))
    connection.execute(gone.values(destroyed=True))


def restore(
    connection: Connection, list_id: str, going: Sequence[str], terms: tuple[Retention, ...], on: date
) -> None:
    """A list that the journal tells of, in a store that was put back from before it."""
    if connection.execute(select(destruction.c.id).where(destruction.c.id == list_id)).first() is None:
        add(connection, list_id, records(connection, going), terms, on)
    approve(connection, list_id, going, on, None)


def one(connection: Connection, list_id: str) -> DestructionView:
    """May raise NotFound."""
    row = connection.execute(select(destruction).where(destruction.c.id == list_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no list {list_id}.")
    wanted = select(destruction_item).where(destruction_item.c.destruction_id == list_id)
    items = tuple(
        DestructionItem(
            initiative_id=item.initiative_id,
            result=item.result,
            kept_until_date=item.kept_until,
            destroyed=item.destroyed,
        )
        for item in connection.execute(wanted.order_by(destruction_item.c.place))
    )
    return DestructionView(**_summary(row, sum(item.destroyed for item in items)), items=items)


def listed(connection: Connection, after: str | None, limit: int) -> list[DestructionSummary]:
    """In the order in which they were proposed."""
    wanted = select(destruction).order_by(destruction.c.number).limit(limit)
    if after:
        seen = select(destruction.c.number).where(destruction.c.id == after).scalar_subquery()
        wanted = wanted.where(destruction.c.number > seen)
    return [DestructionSummary(**_summary(row, None)) for row in connection.execute(wanted)]


def _summary(row: Row[Any], destroyed: int | None) -> dict[str, Any]:
    told = declaration(row.approved_on, destroyed) if row.approved_on and destroyed is not None else None
    return {
        "id": row.id,
        "proposed_date": row.proposed_on,
        "approved_date": row.approved_on,
        "approved_by": row.approved_by,
        "declaration": told,
    }
