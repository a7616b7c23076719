# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of erasures, locked records and destructions."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, Select, delete, func, insert, select, update

from services.initiatives.assessment.tables import assessment
from services.initiatives.contact.tables import contact
from services.initiatives.initiative.store import forget_words
from services.initiatives.initiative.tables import initiative, money
from services.initiatives.participation.tables import participant
from services.initiatives.persons.model import DONE, ENDS, UNDECIDED, Record, is_due, kept_until
from services.initiatives.persons.tables import PLACES, Place, destruction, destruction_item, erasure, locked
from shared.contracts.initiatives.persons import MOST_DESTROYED
from shared.contracts.refusals import NotFound
from shared.municipality.taking_part import Retention

RECORD = (
    select(
        initiative.c.id,
        initiative.c.state,
        initiative.c.received_on,
        initiative.c.changed_on,
        assessment.c.initiative_id.is_not(None).label("assessed"),
        money.c.allocated_cents.is_not(None).label("granted"),
    )
    .outerjoin_from(initiative, assessment, assessment.c.initiative_id == initiative.c.id)
    .outerjoin(money, money.c.initiative_id == initiative.c.id)
)


def by_email(connection: Connection, email: str) -> list[Row[Any]]:
    """Every contact with this address, in capitals or not."""
    return _contacts(connection, _known().where(func.lower(contact.c.email) == func.lower(email)))


def by_initiative(connection: Connection, initiative_id: str) -> list[Row[Any]]:
    return _contacts(connection, _known().where(initiative.c.id == initiative_id))


def by_reference(connection: Connection, contact_id: str) -> list[Row[Any]]:
    return _contacts(connection, _known().where(contact.c.id == contact_id))


def _known() -> Select[Any]:
    about = func.coalesce(initiative.c.id, participant.c.participation_id).label("about")
    return (
        select(contact, about)
        .outerjoin_from(contact, initiative, initiative.c.contact_id == contact.c.id)
        .outerjoin(participant, participant.c.contact_id == contact.c.id)
    )


def _contacts(connection: Connection, wanted: Select[Any]) -> list[Row[Any]]:
    return list(connection.execute(wanted.order_by(contact.c.id)))


def record(connection: Connection, initiative_id: str) -> Record | None:
    """For a decision about its words: nobody else decides about it meanwhile."""
    held = select(initiative.c.id).where(initiative.c.id == initiative_id).with_for_update()
    if connection.execute(held).first() is None:
        return None
    return records(connection, [initiative_id])[0]


def records(connection: Connection, ids: Sequence[str]) -> list[Record]:
    rows = connection.execute(RECORD.where(initiative.c.id.in_(ids)).order_by(initiative.c.id))
    return [Record(**row._mapping) for row in rows]


def add_erasure(connection: Connection, contact_id: str, about: str, on: date) -> bool:
    """Whether this erasure is new here."""
    if connection.execute(select(erasure.c.about).where(erasure.c.contact_id == contact_id)).first():
        return False
    connection.execute(insert(erasure), {"contact_id": contact_id, "about": about, "erased_on": on})
    return True


def unfinished(connection: Connection, but: Collection[str], limit: int) -> list[str]:
    """Contacts of which something was still needed when they were to be erased, and is not any more."""
    wanted = (
        select(erasure.c.contact_id)
        .join(contact, contact.c.id == erasure.c.contact_id)
        .outerjoin(initiative, initiative.c.id == erasure.c.about)
        .where(
            initiative.c.state.is_(None) | initiative.c.state.not_in(UNDECIDED),
            erasure.c.contact_id.not_in(but),
        )
    )
    return list(connection.execute(wanted.order_by(erasure.c.number).limit(limit)).scalars())


def erased_for(connection: Connection, contact_id: str) -> str:
    """What a contact was given for that was to be erased."""
    wanted = select(erasure.c.about).where(erasure.c.contact_id == contact_id)
    about: str = connection.execute(wanted).scalar_one()
    return about


def strip(connection: Connection, contact_id: str) -> None:
    """Leave the name alone, which a decision that is still to be taken needs."""
    stripped = update(contact).where(contact.c.id == contact_id)
    connection.execute(stripped.values(email=None, phone=None, address=None))


def drop(connection: Connection, contact_id: str) -> str | None:
    """Remove a contact; returns the name it had, if it was there."""
    name = connection.execute(select(contact.c.name).where(contact.c.id == contact_id)).scalar_one_or_none()
    if name is not None:
        freed = update(initiative).where(initiative.c.contact_id == contact_id)
        connection.execute(freed.values(contact_id=None))
        connection.execute(delete(participant).where(participant.c.contact_id == contact_id))
        connection.execute(delete(contact).where(contact.c.id == contact_id))
    return name


def take_words(connection: Connection, initiative_id: str) -> list[dict[str, Any]]:
    """Take all words of one initiative away; returns those that were still there, by table."""
    forget_words(connection, initiative_id)
    taken = []
    for place, row, words in _standing(connection, initiative_id):
        taken.append({"table": place.table.name, **words})
        this = [column == row[column.name] for column in place.table.primary_key]
        gone = {name: place.columns[name](text) for name, text in words.items()}
        connection.execute(update(place.table).where(*this).values(gone))
    return taken


def words(connection: Connection, initiative_id: str) -> list[dict[str, Any]]:
    """All words of one initiative that are still there, by table."""
    return [{"table": place.table.name, **words} for place, _, words in _standing(connection, initiative_id)]


def _standing(
    connection: Connection, initiative_id: str
) -> Iterator[tuple[Place, RowMapping, dict[str, Any]]]:
    for place in PLACES:
        for row in connection.execute(select(place.table).where(place.of == initiative_id)).mappings().all():
            words = {name: row[name] for name in place.columns if row[name] is not None}
            words = {name: text for name, text in words.items() if text != place.columns[name](text)}
            if words:
                yield place, row, words


def lock(connection: Connection, initiative_id: str, words: list[dict[str, Any]], on: date) -> None:
    """Put words where nobody reads them but for the law; those that are there stay."""
    before = locked_words(connection, initiative_id)
    if before is None:
        row = {"initiative_id": initiative_id, "locked_on": on, "words": words}
        connection.execute(insert(locked), row)
    elif words:
        more = update(locked).where(locked.c.initiative_id == initiative_id)
        connection.execute(more.values(words=[*before, *words]))


def locked_words(connection: Connection, initiative_id: str) -> list[dict[str, Any]] | None:
    wanted = select(locked.c.words).where(locked.c.initiative_id == initiative_id)
    found: list[dict[str, Any]] | None = connection.execute(wanted).scalar_one_or_none()
    return found


def unlock(connection: Connection, initiative_id: str) -> None:
    """Nothing of it is kept any more."""
    connection.execute(delete(locked).where(locked.c.initiative_id == initiative_id))
    held = select(initiative.c.contact_id).where(initiative.c.id == initiative_id)
    if contact_id := connection.execute(held).scalar_one_or_none():
        drop(connection, contact_id)


@dataclass(frozen=True)
class ProposedList:
    approved_on: date | None
    initiative_ids: tuple[str, ...]


def due_for_destruction(connection: Connection, terms: tuple[Retention, ...], today: date) -> list[Record]:
    """What has been kept longer than its term and is still there, the longest first: what one list holds."""
    destroyed = select(destruction_item.c.initiative_id).where(destruction_item.c.destroyed)
    ended = RECORD.where(initiative.c.state.in_([*ENDS, *DONE]), initiative.c.id.not_in(destroyed))
    found = []
    for row in connection.execute(ended.order_by(initiative.c.changed_on, initiative.c.id)):
        if is_due(kept := Record(**row._mapping), terms, today):
            found.append(kept)
        if len(found) == MOST_DESTROYED:
            break
    return found


def add_list(
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


def load_list(connection: Connection, list_id: str) -> ProposedList:
    """For a decision: its row is locked. May raise NotFound."""
    wanted = select(destruction).where(destruction.c.id == list_id).with_for_update()
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise NotFound(f"There is no list {list_id}.")
    ids = select(destruction_item.c.initiative_id).where(destruction_item.c.destruction_id == list_id)
    found = connection.execute(ids.order_by(destruction_item.c.place)).scalars()
    return ProposedList(row.approved_on, tuple(found))


def approve_list(
    connection: Connection, list_id: str, going: Sequence[str], on: date, by: str | None
) -> None:
    done = update(destruction).where(destruction.c.id == list_id)
    connection.execute(done.values(approved_on=on, approved_by=by))
    of = destruction_item.c
    gone = update(destruction_item).where(of.destruction_id == list_id, of.initiative_id.in_(going))
    connection.execute(gone.values(destroyed=True))


def restore_list(
    connection: Connection, list_id: str, going: Sequence[str], terms: tuple[Retention, ...], on: date
) -> None:
    """A list that the journal has, in a store that was put back from before it."""
    if connection.execute(select(destruction.c.id).where(destruction.c.id == list_id)).first() is None:
        add_list(connection, list_id, records(connection, going), terms, on)
    approve_list(connection, list_id, going, on, None)
