# SPDX-License-Identifier: EUPL-1.2
"""One item that fails stops no other: of every timer, of the journal, and of what goes by many at once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, select

from services.initiatives.__main__ import SERVICE
from services.initiatives.contact.store import find
from services.initiatives.initiative import store as initiatives
from services.initiatives.initiative.lifecycle import InitiativeStep
from services.initiatives.persons import erasing, handlers, journal, queries, store
from services.initiatives.persons.commands import ApproveDestruction, ErasePerson, ProposeDestruction
from services.initiatives.persons.tables import HIDDEN
from services.initiatives.sessions import store as sessions
from shared.access.actor import Actor
from shared.contracts.envelope import NewEvent, envelope_of
from shared.contracts.initiatives.persons import PersonErased, RecordsDestroyed
from shared.messaging.items import ForEach
from shared.messaging.parked import parked
from shared.messaging.timers import Timers
from shared.messaging.transaction import Cause, Transaction
from tests.services.initiatives.conftest import ASSESSMENT, NOW, SUBMISSION, Room
from tests.services.initiatives.test_lives import NO

LATER = NOW.replace(month=12)
WHO = {"email": "kanarie-mail@voorbeeld.example"}


def erased(room: Room) -> None:
    room.told(lambda tx: handlers.erase(ErasePerson.model_validate({"person": WHO}), tx)[1])


def two_terms(room: Room) -> None:
    room.submit("i1")
    room.submit("i2")
    room.now = LATER


def two_that_wait(room: Room) -> None:
    room.submit("i1")
    room.submit("i2")
    room.appoint(validFrom="2021-07-01")
    room.now = LATER


def two_kernen(room: Room) -> None:
    room.appoint(validUntil="2021-06-30")
    room.now = LATER


def two_erasures(room: Room) -> None:
    room.submit("i1")
    room.submit("i2")
    erased(room)
    room.assess(ASSESSMENT, "i1")
    room.assess(ASSESSMENT, "i2")


def two_of_the_journal(room: Room) -> None:
    two_erasures(room)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(erasing, "erase", fails)
        follow(room, *journal_of(room))
    room.now = LATER


def two_sessions(room: Room) -> None:
    now = datetime(2020, 3, 2, tzinfo=UTC)
    with room.database.engine.begin() as connection:
        for number in (1, 2):
            sessions.add(connection, f"s{number}", Actor("person", "kernpuls", "somebody"), now, now)


DUE: dict[str, Callable[[Room], None]] = {
    "remind_of_terms": two_terms,
    "take_up": two_that_wait,
    "look_after_kernen": two_kernen,
    "finish": two_erasures,
    "erase_again": two_of_the_journal,
    "forget_sessions": two_sessions,
}


def fails(*_: Any) -> Any:
    raise KeyError("kanarie-fout")


def events_of(*data: tuple[str, PersonErased | RecordsDestroyed]) -> list[Any]:
    return [
        envelope_of(type(of))(
            id=f"e{number}",
            source="urn:nld:oin:00000099000000999900:systeem:initiatives",
            type=f"nl.kernpuls.{of.TYPE}",
            subject=subject,
            time=NOW,
            dataschema="https://x.example/",
            subjectsequence="1",
            kern="gemeente",
            gemeente="gm9999",
            correlationid="c",
            data=of,
        )
        for number, (subject, of) in enumerate(data)
    ]


def journal_of(room: Room) -> list[Any]:
    facts: dict[str, Any] = {"kernen": (), "happened_on": "2021-06-01", "actor": "official", "origin": "live"}
    with room.database.reader.connect() as connection:
        of = [initiatives.contact_id_of(connection, each) for each in ("i1", "i2")]
    return events_of(
        *((str(contact_id), PersonErased(**facts, about=f"i{n}")) for n, contact_id in enumerate(of, 1))
    )


def follow(room: Room, *events: Any) -> None:
    with room.database.engine.begin() as connection:
        journal._apply(_Runtime(room), list(events), connection)  # type: ignore[arg-type]


class _Runtime:
    """What the journal uses of a running process."""

    def __init__(self, room: Room) -> None:
        self.transactions = room.transactions


def failing(room: Room) -> dict[str, str]:
    """What waits to be tried again, and why."""
    wanted = select(parked.c.nats_subject, parked.c.reason).where(parked.c.closed_at.is_(None))
    with room.database.reader.connect() as connection:
        return {row.nats_subject: row.reason for row in connection.execute(wanted)}


async def run_out(room: Room, timer: ForEach) -> None:
    await Timers(room.transactions, (timer,))._run_out(timer, lambda _: None)


def test_every_timer_does_one_thing_for_each_item() -> None:
    assert {timer.name for timer in SERVICE.timers if isinstance(timer, ForEach)} == set(DUE)
    assert len(SERVICE.timers) == len(DUE)


@pytest.mark.parametrize("timer", SERVICE.timers, ids=lambda timer: timer.__name__)
async def test_an_item_of_a_timer_that_fails_stops_no_other(room: Room, timer: ForEach) -> None:
    DUE[timer.name](room)
    bad, good = found(room, timer)

    def do(item: str, tx: Transaction) -> Sequence[NewEvent]:
        return timer.do(item, tx) if item != bad else fails()

    await run_out(room, replace(timer, do=do))
    assert bad in failing(room)
    assert good not in found(room, timer)
    room.now = room.now.replace(year=2022)
    await run_out(room, timer)
    assert found(room, timer) == []
    assert failing(room) == {}


def found(room: Room, timer: ForEach) -> list[str]:
    with room.database.engine.connect() as connection:
        return timer.found(room.transactions.begin(connection, Cause("because")))


async def test_what_the_journal_cannot_do_again_keeps_no_other_erasure(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for initiative_id in ("i1", "i2", "i3"):
        room.submit(initiative_id)
    room.assess(ASSESSMENT, "i1")
    destroyed = RecordsDestroyed(
        kernen=(), happened_on=NOW.date(), actor="official", origin="live", about=("i2", "i3")
    )
    first, second = journal_of(room)
    third = events_of(("list-1", destroyed))[0].model_copy(update={"id": "e3"})
    poison(monkeypatch, "i1", "i2")
    follow(room, first, third, second)
    assert failing(room) == {"e0": "failed", "e3": "failed"}
    assert [room.view(each).title == HIDDEN for each in ("i1", "i2", "i3")] == [False, False, True]
    assert contact_of(room, "i2").email is None
    monkeypatch.undo()
    room.now = LATER
    await run_out(room, journal.erase_again)
    assert [room.view(each).title == HIDDEN for each in ("i1", "i2", "i3")] == [True, True, True]
    assert failing(room) == {}


def contact_of(room: Room, initiative_id: str) -> Any:
    with room.database.reader.connect() as connection:
        contact_id = initiatives.contact_id_of(connection, initiative_id)
        return find(connection, contact_id or "")


def test_a_record_that_cannot_be_destroyed_is_kept_and_is_on_the_next_list(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for initiative_id in ("i1", "i2"):
        then = {"happenedOn": "2010-03-01", "origin": "import"}
        room.submit(initiative_id, **then)
        room.assess(ASSESSMENT | then | {"answers": NO, "supportKinds": []}, initiative_id)
    propose(room, "list-1")
    with monkeypatch.context() as patch:
        poison(patch, "i1")
        command = ApproveDestruction.model_validate({"approvedBy": "o1"})
        (event,) = room.told(lambda tx: handlers.approve("list-1", command, tx))
    assert event.model_dump()["about"] == ("i2",)
    assert (room.view("i1").title, room.view("i2").title) == (SUBMISSION["title"], HIDDEN)
    propose(room, "list-2")
    with room.database.reader.connect() as connection:
        (item,) = queries.one_list(connection, "list-2").items
    assert item.initiative_id == "i1"


def test_what_cannot_be_taken_up_keeps_nobody_from_duty(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.submit("i1")
    room.submit("i2")
    save = initiatives.save

    def saves(connection: Connection, step: InitiativeStep, now: datetime) -> NewEvent:
        return save(connection, step, now) if step.initiative.id != "i1" else fails()

    with monkeypatch.context() as patch:
        patch.setattr(initiatives, "save", saves)
        events = room.appoint()
    assert [event.TYPE for event in events] == ["kernambtenaar.appointed.v1", "initiative.assigned.v1"]
    assert (room.view("i1").officer_id, room.view("i2").officer_id) == (None, "officer-7")
    room.tick()
    assert room.view("i1").officer_id == "officer-7"


def poison(patch: pytest.MonkeyPatch, *ids: str) -> None:
    """As if the words of these could not be taken away."""
    take = store.take_words

    def takes(connection: Connection, initiative_id: str) -> Any:
        return take(connection, initiative_id) if initiative_id not in ids else fails()

    patch.setattr(store, "take_words", takes)


def propose(room: Room, list_id: str) -> None:
    room.told(lambda tx: handlers.propose(list_id, ProposeDestruction(), tx))
