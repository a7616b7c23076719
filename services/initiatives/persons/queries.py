# SPDX-License-Identifier: EUPL-1.2
"""What is asked about persons, read as it is shown."""

from typing import Any

from sqlalchemy import Connection, Row, select

from services.initiatives.initiative import queries
from services.initiatives.initiative.tables import initiative
from services.initiatives.persons import store
from services.initiatives.persons.commands import FindPerson
from services.initiatives.persons.model import kept_until
from services.initiatives.persons.sentences import KINDS, REACHED_BY, declaration
from services.initiatives.persons.tables import destruction, destruction_item, erasure, locked
from services.initiatives.persons.views import (
    ContactView,
    DestructionItem,
    DestructionSummary,
    DestructionView,
    ErasureSummary,
    LockedView,
    LockedWords,
    PersonView,
)
from shared.contracts.refusals import NotFound
from shared.municipality import Municipality

ELSEWHERE = (
    "Welke berichten wij stuurden, weet de dienst berichten, onder het nummer van het initiatief.",
    "Verhalen en antwoorden op enquêtes zijn anoniem: wij kunnen niet zien welke van u zijn.",
)


def contacts(connection: Connection, who: FindPerson) -> list[Row[Any]]:
    """Whom this is about. NotFound if nobody is known by it."""
    if who.email:
        found = store.by_email(connection, who.email)
    elif who.initiative_id:
        found = store.by_initiative(connection, who.initiative_id)
    else:
        found = store.by_reference(connection, who.contact_id or "")
    if not found:
        raise NotFound("Nobody is known by this. Look for another address, or by what they asked.")
    return found


def person(connection: Connection, municipality: Municipality, who: FindPerson) -> PersonView:
    """Everything about somebody; what is locked too, if they are found by what they asked."""
    held = locked_words(connection, municipality, who.initiative_id) if who.initiative_id else ()
    found = [] if held else contacts(connection, who)
    theirs = _initiatives(connection, found)
    return PersonView(
        contacts=tuple(ContactView(contact_id=row.id, **_reach(row)) for row in found),
        initiatives=tuple(queries.one(connection, municipality, about) for about in theirs),
        words=tuple(store.words(connection, about) for about in theirs),
        locked=held,
        elsewhere=ELSEWHERE,
    )


def whom(found: PersonView) -> list[str]:
    """Who was looked up, by ids that mean nothing to anybody else."""
    known = [contact.contact_id for contact in found.contacts]
    return known or [each.initiative_id for each in found.locked]


def _reach(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("about", *REACHED_BY)}


def _initiatives(connection: Connection, found: list[Row[Any]]) -> list[str]:
    wanted = select(initiative.c.id).where(initiative.c.id.in_([row.about for row in found]))
    return list(connection.execute(wanted.order_by(initiative.c.received_on, initiative.c.id)).scalars())


def locked_words(
    connection: Connection, municipality: Municipality, initiative_id: str
) -> tuple[LockedWords, ...]:
    row = connection.execute(select(locked).where(locked.c.initiative_id == initiative_id)).one_or_none()
    if row is None:
        return ()
    view = _locked(connection, municipality, [row])[0]
    return (LockedWords(**view.model_dump(), words=row.words),)


def locked_views(
    connection: Connection, municipality: Municipality, after: str | None, limit: int
) -> list[LockedView]:
    """Everything that is locked, by the id of its initiative."""
    wanted = select(locked).order_by(locked.c.initiative_id).limit(limit)
    if after:
        wanted = wanted.where(locked.c.initiative_id > after)
    return _locked(connection, municipality, list(connection.execute(wanted)))


def locked_of(connection: Connection, municipality: Municipality, ids: list[str]) -> list[LockedView]:
    wanted = select(locked).where(locked.c.initiative_id.in_(ids)).order_by(locked.c.initiative_id)
    return _locked(connection, municipality, list(connection.execute(wanted)))


def _locked(connection: Connection, municipality: Municipality, rows: list[Row[Any]]) -> list[LockedView]:
    records = {r.id: r for r in store.records(connection, [row.initiative_id for row in rows])}
    basis = {term.result: term.source for term in municipality.retention}
    views = []
    for row in rows:
        record = records[row.initiative_id]
        until = kept_until(record, municipality.retention)
        views.append(
            LockedView(
                initiative_id=row.initiative_id,
                what=tuple(dict.fromkeys(KINDS[part["table"]] for part in row.words)),
                result=record.result,
                locked_date=row.locked_on,
                kept_until_date=until,
                basis=basis.get(record.result, "Archiefwet") if record.result else "Archiefwet",
            )
        )
    return views


def erasures(connection: Connection, after: str | None, limit: int) -> list[ErasureSummary]:
    """The journal as this store has it, in the order of its numbers; `after` is a contact's id."""
    wanted = select(erasure).order_by(erasure.c.number).limit(limit)
    if after:
        seen = select(erasure.c.number).where(erasure.c.contact_id == after).scalar_subquery()
        wanted = wanted.where(erasure.c.number > seen)
    return [
        ErasureSummary(contact_id=row.contact_id, about=row.about, erased_date=row.erased_on)
        for row in connection.execute(wanted)
    ]


def one_list(connection: Connection, list_id: str) -> DestructionView:
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


def lists(connection: Connection, after: str | None, limit: int) -> list[DestructionSummary]:
    """In the order in which they were proposed."""
    wanted = select(destruction).order_by(destruction.c.number).limit(limit)
    if after:
        seen = select(destruction.c.number).where(destruction.c.id == after).scalar_subquery()
        wanted = wanted.where(destruction.c.number > seen)
    return [DestructionSummary(**_summary(row, None)) for row in connection.execute(wanted)]


def _summary(row: Row[Any], destroyed: int | None) -> dict[str, Any]:
    declared = None
    if row.approved_on and destroyed is not None:
        declared = declaration(row.approved_on, destroyed)
    return {
        "id": row.id,
        "proposed_date": row.proposed_on,
        "approved_date": row.approved_on,
        "approved_by": row.approved_by,
        "declaration": declared,
    }
