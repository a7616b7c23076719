# SPDX-License-Identifier: EUPL-1.2
"""What cannot be handled lies aside and holds its subject alone, until it can be handled, in order."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from shared.clock import utc_now
from shared.contracts.budget import GrantReleased
from shared.contracts.envelope import Event, NewEvent, envelope_of, source_of
from shared.contracts.initiatives import InitiativeStarted, InitiativeWithdrawn
from shared.messaging import decode, parked
from shared.messaging.parked import Parking
from shared.messaging.parked_actions import matching
from shared.messaging.transaction import Transaction
from shared.process import Process
from tests.conftest import WATERRIJK
from tests.shared.messaging.conftest import (
    World,
    effects,
    has_effects,
    operate,
    parked_rows,
    rows,
    until,
)
from tests.shared.messaging.probe import message, released, write_down

pytestmark = pytest.mark.usefixtures("soon_again")


class Faulty:
    """A handler that fails on what is listed, after it has written."""

    def __init__(self, *failing: tuple[str, int]) -> None:
        self.failing = set(failing)
        self.tried: list[tuple[str, int]] = []

    def __call__(self, event: Event[InitiativeStarted], tx: Transaction) -> Sequence[NewEvent]:
        self.tried.append((event.subject, event.number))
        write_down(event, tx)
        if (event.subject, event.number) in self.failing:
            raise ValueError(f"cannot take \0 {event.subject} \ud800")
        return [released(event.subject)]


def lies(process: Process, *expected: tuple[str | None, int | None, str]) -> Callable[[], Any]:
    async def as_expected() -> bool:
        return await parked_rows(process) == list(expected)

    return as_expected


async def test_a_handler_that_fails_once_is_tried_again(world: World) -> None:
    handler = Faulty(("a", 1))
    follower = await world.follower({InitiativeStarted: handler})
    await world.publish(message("a", 1), message("b", 1), message("a", 2), message("b", 2))
    await until(lambda: has_effects(follower, 2))
    handler.failing.clear()
    await until(lambda: has_effects(follower, 4))
    assert await effects(follower) == [("b", 1), ("b", 2), ("a", 1), ("a", 2)]
    assert await parked_rows(follower) == []
    assert await parked_rows(follower, closed=True) == [("a", 1, "failed"), ("a", 2, "behind")]


async def test_what_always_fails_dies_holds_its_subject_and_is_replayed(world: World) -> None:
    handler = Faulty(("a", 2))
    follower = await world.follower({InitiativeStarted: handler})
    await world.publish(message("a", 1), message("a", 2), message("a", 3), message("b", 1))
    await until(lies(follower, ("a", 2, "dead"), ("a", 3, "behind")))
    assert handler.tried.count(("a", 2)) >= 4
    await world.publish(message("a", 4), message("b", 2))
    await until(lambda: has_effects(follower, 3))
    await until(lies(follower, ("a", 2, "dead"), ("a", 3, "behind"), ("a", 4, "behind")))
    error, trace = (await rows(follower, "SELECT error, traceback FROM parked WHERE reason = 'dead'"))[0]
    assert error.startswith("ValueError: cannot take")
    assert trace.endswith("ValueError")
    assert "__call__" in trace
    row_id = (await rows(follower, "SELECT id FROM parked WHERE reason = 'dead'"))[0][0]
    handler.failing.clear()
    assert (await operate(follower, "replay", id=row_id))[0]
    await until(lambda: has_effects(follower, 6))
    assert await effects(follower) == [("a", 1), ("b", 1), ("b", 2), ("a", 2), ("a", 3), ("a", 4)]
    assert await parked_rows(follower) == []
    followed = await rows(follower, "SELECT subject, count(*) FROM outbox GROUP BY subject ORDER BY subject")
    assert followed == [("after-a", 4), ("after-b", 2)]


async def test_a_dead_event_is_given_up_with_a_reason(world: World) -> None:
    follower = await world.follower({InitiativeStarted: Faulty(("a", 1))})
    await world.publish(message("a", 1), message("a", 2))
    await until(lies(follower, ("a", 1, "dead"), ("a", 2, "behind")))
    first, second = await rows(follower, "SELECT id, payload FROM parked ORDER BY sequence")
    done, report = await operate(follower, "discard", id=second[0], reason="in the way", by="jan")
    assert not done
    assert "discard or replay what comes before it first" in report
    done, report = await operate(follower, "discard", id=first[0], reason="sent by mistake", by="jan")
    assert done, report
    await until(lambda: has_effects(follower, 1))
    assert await effects(follower) == [("a", 2)]
    kept = "SELECT note, closed_by, payload FROM parked WHERE closed_by <> 'retry'"
    assert await rows(follower, kept) == [("sent by mistake", "jan", first[1])]
    done, report = await operate(follower, "discard", id=first[0], reason="again", by="jan")
    assert not done
    assert "was closed at" in report
    assert (await operate(follower, "replay", id=999))[1].startswith("there is no parked event 999")


async def test_an_unknown_type_waits_for_the_upgrade(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    follower = await world.follower()
    await world.publish(message("a", 1, version=2), message("a", 2), message("b", 1))
    await until(lies(follower, ("a", 1, "unknown"), ("a", 2, "behind")))
    await until(lambda: has_effects(follower, 1))
    await learn(follower, monkeypatch)
    await until(lambda: has_effects(follower, 3))
    assert await effects(follower) == [("b", 1), ("a", 1), ("a", 2)]
    assert await parked_rows(follower) == []


class StartedAnew(InitiativeStarted):
    TYPE = "initiative.started.v2"


async def learn(follower: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an upgrade does: the catalogue and the handlers know one type more."""
    monkeypatch.setitem(decode.KNOWN, "nl.kernpuls.initiative.started.v2", envelope_of(StartedAnew))
    follower.consumer.intake.handlers["initiative.started.v2"] = write_down


@pytest.mark.parametrize("together", [True, False])
async def test_an_unknown_version_gives_way_to_its_known_twin(world: World, together: bool) -> None:
    follower = await world.follower() if not together else None
    await world.publish(message("a", 1), message("a", 2, version=2))
    if follower:
        await until(lies(follower, ("a", 2, "unknown")))
    await world.publish(message("a", 2), message("a", 3, version=2), message("a", 3), message("a", 4))
    follower = follower or await world.follower()
    await until(lambda: has_effects(follower, 4))
    assert await effects(follower) == [("a", 1), ("a", 2), ("a", 3), ("a", 4)]
    await until(lies(follower))


async def test_of_known_twins_the_first_counts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    follower = await world.follower()
    await learn(follower, monkeypatch)
    await world.publish(message("a", 1, version=2), message("a", 1), message("a", 2, version=2))
    await until(lambda: has_effects(follower, 2))
    assert await effects(follower) == [("a", 1), ("a", 2)]
    assert await rows(follower, "SELECT * FROM parked") == []


async def test_a_known_twin_that_fails_is_tried_again(world: World) -> None:
    handler = Faulty(("a", 1))
    follower = await world.follower({InitiativeStarted: handler})
    await world.publish(message("a", 1, version=2), message("a", 1), message("a", 2))
    await until(lambda: asyncio.sleep(0, len(handler.tried) > 2))
    handler.failing.clear()
    await until(lambda: has_effects(follower, 2))
    assert await effects(follower) == [("a", 1), ("a", 2)]
    await until(lies(follower))


async def test_what_comes_too_early_waits_for_what_is_missing(world: World) -> None:
    follower = await world.follower()
    await world.publish(message("a", 1), message("a", 5), message("a", 3), message("b", 1), message("a", 6))
    await until(lambda: has_effects(follower, 2))
    await until(lies(follower, ("a", 3, "gap"), ("a", 5, "gap"), ("a", 6, "behind")))
    await world.publish(message("a", 2))
    await until(lambda: has_effects(follower, 4))
    await world.publish(message("a", 4), message("a", 7))
    await until(lambda: has_effects(follower, 8))
    assert [e for e in await effects(follower) if e[0] == "a"] == [("a", n) for n in range(1, 8)]
    await until(lies(follower))


async def test_a_late_event_wakes_the_gap_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.retry.LOOK_AGAIN", parked.LOOK_AGAIN | {"gap": timedelta(1)})
    follower = await world.follower()
    await world.publish(message("a", 2))

    async def patient() -> bool:
        open_rows = await follower.database.read(lambda c: parked.listed(c))
        return [row.next_at > utc_now() + timedelta(hours=1) for row in open_rows] == [True]

    await until(patient)
    await world.publish(message("a", 1))
    await until(lambda: has_effects(follower, 2))


async def test_bytes_that_say_nothing_hold_nothing(world: World) -> None:
    follower = await world.follower()
    nats_subject, good = message("a", 1)
    for garbage in (
        b"",
        b"\xff\x00",
        b"[1, 2",
        b'{"id": "x"}',
        good.replace(b'"subjectsequence":"1"', b'"subjectsequence":1'),
    ):
        await world.publish((nats_subject, garbage))
    await world.publish((nats_subject, good), message("a", 2))
    await until(lambda: has_effects(follower, 2))
    assert await parked_rows(follower) == [(None, None, "dead")] * 5
    garbled = await rows(follower, "SELECT id, error FROM parked ORDER BY id")
    assert all(error for _, error in garbled)
    done, report = await operate(follower, "replay", id=garbled[0][0])
    assert not done
    assert "can only be discarded" in report
    assert (await operate(follower, "discard", id=garbled[0][0], reason="noise", by="jan"))[0]
    await world.publish((nats_subject, b""), message("a", 3))
    await until(lambda: has_effects(follower, 3))
    assert len(await parked_rows(follower)) == 4


async def test_the_headers_with_which_it_came_are_kept_through_a_replay(world: World) -> None:
    follower = await world.follower()
    nats_subject, good = message("a", 1)
    client = await world.client()
    headers = {"Nats-Msg-Id": "from-elsewhere", "X-Odd": "caf\u00e9", "Content-Type": "text/plain"}
    for payload in (b"", good.replace(b'"actor":"official"', b'"actor":"nobody"')):
        await client.request(nats_subject, payload, headers=headers | {"Nats-Msg-Id": str(len(payload))})
    await world.publish((nats_subject, b"no headers"))
    await until(lambda: lie_aside(follower, 3))
    kept = await rows(follower, "SELECT headers FROM parked WHERE subject = 'a'")
    assert json.loads(kept[0][0])["Content-Type"] == "text/plain"
    assert (await operate(follower, "replay", id=await only_id(follower, "a")))[0]
    still = "SELECT count(*) FROM parked WHERE subject = 'a' AND reason = 'dead'"
    await until(lambda: has(follower, still, 1))
    assert await rows(follower, "SELECT headers FROM parked WHERE subject = 'a'") == kept
    odd = await rows(follower, "SELECT headers FROM parked WHERE subject IS NULL ORDER BY id")
    assert [row[0] and json.loads(row[0])["Nats-Msg-Id"] for row in odd] == ["0", None]


async def test_headers_that_are_empty_stop_nothing(world: World) -> None:
    """A strange client's header block may hold none at all; nats-py makes {} of that."""
    database = world.store("budget")
    with database.engine.begin() as connection:
        parked.add(connection, [Parking(decode.decode(*message("a", 1), WATERRIJK, {}), "gap")], utc_now())
    assert [row.headers for row in await database.read(parked.listed)] == [None]


async def has(process: Process, counted: str, number: int) -> bool:
    return await rows(process, counted) == [(number,)]


async def lie_aside(process: Process, number: int) -> bool:
    return await has(process, "SELECT count(*) FROM parked WHERE closed_at IS NULL", number)


async def only_id(follower: Process, subject: str) -> int:
    return int((await rows(follower, f"SELECT id FROM parked WHERE subject = '{subject}'"))[0][0])


async def test_an_event_that_breaks_its_type_is_dead_and_holds_its_subject(world: World) -> None:
    follower = await world.follower()
    nats_subject, good = message("a", 1)
    broken = good.replace(b'"actor":"official"', b'"actor":"nobody"')
    await world.publish((nats_subject, broken), message("a", 2), message("b", 1))
    await until(lies(follower, ("a", 1, "dead"), ("a", 2, "behind")))
    await until(lambda: has_effects(follower, 1))
    assert "actor" in (await rows(follower, "SELECT error FROM parked WHERE reason = 'dead'"))[0][0]


async def test_one_failure_amid_a_batch_neither_doubles_nor_loses_the_others(world: World) -> None:
    await world.publish(*(message(f"s{n}", 1) for n in range(30)), message("s7", 2))
    follower = await world.follower({InitiativeStarted: Faulty(("s7", 1), ("s20", 1))})
    await until(lambda: has_effects(follower, 28))
    assert sorted(await effects(follower)) == sorted((f"s{n}", 1) for n in range(30) if n not in (7, 20))
    followed = await rows(follower, "SELECT count(*), count(DISTINCT subject) FROM outbox")
    assert followed == [(28, 28)]
    await until(lambda: lie_aside(follower, 3))  # the last one may come in a batch of its own
    assert {(subject, sequence) for subject, sequence, _ in await parked_rows(follower)} == {
        ("s7", 1),
        ("s7", 2),
        ("s20", 1),
    }


def says_too_much(event: Event[InitiativeStarted], tx: Transaction) -> Sequence[NewEvent]:
    write_down(event, tx)
    if event.subject != "a":
        return []
    kernen = tuple(f"kern-{n:05}" for n in range(6000))
    withdrawn = InitiativeWithdrawn(
        happened_on=date(2021, 7, 1), kernen=kernen, actor="system", origin="live"
    )
    return [NewEvent("too-much", withdrawn)]


async def test_an_answer_too_large_for_the_stream_parks_that_event_alone(world: World) -> None:
    await world.publish(message("a", 1), message("b", 1), message("a", 2), message("b", 2))
    follower = await world.follower({InitiativeStarted: says_too_much})
    await until(lambda: has_effects(follower, 2))
    await until(lies(follower, ("a", 1, "dead"), ("a", 2, "behind")))
    assert await effects(follower) == [("b", 1), ("b", 2)]
    assert await rows(follower, "SELECT * FROM outbox") == []
    assert "TooLarge" in (await rows(follower, "SELECT error FROM parked WHERE sequence = 1"))[0][0]


async def test_two_sources_that_use_one_id_lose_neither_event(world: World) -> None:
    """An id is its source's alone (CloudEvents); what is dropped here holds its subject for ever."""
    always = Faulty(("a", 1), ("g", 1))
    follower = await world.follower({InitiativeStarted: always, GrantReleased: always})
    theirs = message("g", 1, released("x").data, "one", source_of(WATERRIJK.oin, "budget"))
    await world.publish(message("a", 1, event_id="one"), theirs)
    await until(lies(follower, ("a", 1, "dead"), ("g", 1, "dead")))


async def test_what_was_closed_lies_aside_again_when_it_must(world: World) -> None:
    """A read model that was rebuilt may be behind what an operator once gave up."""
    handler = Faulty(("a", 1))
    follower = await world.follower({InitiativeStarted: handler})
    await world.publish(message("a", 1, event_id="one"))
    await until(lies(follower, ("a", 1, "dead")))
    row_id = (await rows(follower, "SELECT id FROM parked"))[0][0]
    assert (await operate(follower, "discard", id=row_id, reason="no", by="jan"))[0]
    await follower.database.write(lambda c: c.exec_driver_sql("DELETE FROM version"))
    await world.publish(message("a", 1, event_id="one"), message("a", 2))
    await until(lies(follower, ("a", 1, "dead"), ("a", 2, "behind")))


async def test_hundreds_of_events_behind_a_dead_one_do_not_slow_the_others(world: World) -> None:
    await world.publish(*(message("a", n) for n in range(1, 151)), message("b", 1))
    handler = Faulty(("a", 1))
    follower = await world.follower({InitiativeStarted: handler})
    await until(lambda: has_effects(follower, 1))
    handler.failing.clear()
    row_id = (await rows(follower, "SELECT id FROM parked WHERE sequence = 1"))[0][0]
    await operate(follower, "replay", id=row_id)
    await until(lambda: has_effects(follower, 151))
    assert await effects(follower) == [("b", 1), *(("a", n) for n in range(1, 151))]


async def test_what_will_never_come_is_given_up_and_the_rest_goes_on(world: World) -> None:
    follower = await world.follower()
    await world.publish(message("a", 1), message("a", 4), message("a", 5), message("b", 2))
    await until(lies(follower, ("a", 4, "gap"), ("a", 5, "behind"), ("b", 2, "gap")))
    ids = dict(await rows(follower, "SELECT subject || sequence, id FROM parked"))
    done, report = await operate(follower, "skip", id=ids["a5"], reason="lost", by="jan")
    assert (done, "waits for nothing" in report) == (False, True)
    done, report = await operate(follower, "skip", id=ids["a4"], reason=" ", by="jan")
    assert (done, "say why" in report) == (False, True)
    assert (await operate(follower, "skip", id=ids["a4"], reason="lost with its outbox", by="jan"))[0]
    await until(lies(follower, ("b", 2, "gap")))
    assert await effects(follower) == [("a", 1), ("a", 4), ("a", 5)]
    kept = "SELECT sequence, note, closed_by FROM parked WHERE closed_by = 'jan' ORDER BY sequence"
    assert await rows(follower, kept) == [(n, "lost with its outbox", "jan") for n in (2, 3)]
    [gone] = (await follower.database.read(parked.given_up)).values()
    assert gone == {2, 3}, "a rebuild does not wait for them either"
    await world.publish(message("a", 2), message("a", 6))
    await until(lambda: has_effects(follower, 4))
    assert (await effects(follower))[3] == ("a", 6)


async def test_a_number_that_nobody_believes_holds_nothing_and_can_be_discarded(world: World) -> None:
    follower = await world.follower()
    await world.publish(message("a", 10**15), message("a", 1), message("a", 2))
    await until(lambda: has_effects(follower, 2))
    [(row_id,)] = await rows(follower, "SELECT id FROM parked WHERE closed_at IS NULL")
    done, report = await operate(follower, "skip", id=row_id, reason="?", by="jan")
    assert (done, "discard it" in report) == (False, True)
    assert (await operate(follower, "discard", id=row_id, reason="not of ours", by="jan"))[0]
    await world.publish(message("a", 3))
    await until(lambda: has_effects(follower, 3))
    assert await parked_rows(follower) == []


async def test_nothing_is_discarded_without_a_reason(world: World) -> None:
    follower = await world.follower({InitiativeStarted: Faulty(("a", 1))})
    await world.publish(message("a", 1))
    await until(lies(follower, ("a", 1, "dead")))
    done, report = await operate(follower, "discard", id=1, reason="  ", by="jan")
    assert (done, "say why" in report) == (False, True)
    assert await parked_rows(follower) == [("a", 1, "dead")]


async def test_a_clock_that_was_set_back_holds_nothing(world: World) -> None:
    """Put aside by a clock that was a day ahead: its time would come a day late, and all behind it too."""
    handler = Faulty(("a", 1))
    follower = await world.follower({InitiativeStarted: handler})
    ahead = timedelta(days=1)
    follower.transactions.clock = lambda: utc_now() + ahead
    await world.publish(message("a", 1), message("a", 2))
    await until(lies(follower, ("a", 1, "failed"), ("a", 2, "behind")))
    handler.failing.clear()
    ahead = timedelta(0)
    await until(lambda: has_effects(follower, 2))
    assert await effects(follower) == [("a", 1), ("a", 2)]


async def test_several_are_replayed_or_discarded_by_what_they_have_in_common(world: World) -> None:
    handler = Faulty(("a", 1), ("b", 1), ("c", 1))
    follower = await world.follower({InitiativeStarted: handler})
    await world.publish(message("a", 1), message("b", 1), message("b", 2), message("c", 1), message("d", 3))
    held = [("a", 1, "dead"), ("b", 1, "dead"), ("b", 2, "behind"), ("c", 1, "dead"), ("d", 3, "gap")]
    await until(lies(follower, *held))
    [(source,)] = await rows(follower, "SELECT DISTINCT source FROM parked")

    async def count(**where: str) -> int:
        return len(await follower.database.read(lambda c: matching(c, where)))

    assert await count(reason="dead") == 3
    assert await count(reason="dead", source="urn:nobody") == 0
    assert await count(source=source, type="initiative.started.v1") == 5
    assert await count(type="started.v1") == 5
    assert await count(type="arted.v1") == 0
    handler.failing = {("c", 1)}
    done, report = await operate(follower, "replay", where={"reason": "dead"})
    assert (done, report) == (True, "3 events will be taken up again.")
    await until(lies(follower, ("c", 1, "dead"), ("d", 3, "gap")))
    assert await effects(follower) == [("a", 1), ("b", 1), ("b", 2)]
    done, report = await operate(follower, "discard", where={"source": source}, reason="noise", by="jan")
    assert (done, report) == (True, "2 events are discarded.")
    assert await parked_rows(follower) == []


async def test_one_of_several_that_cannot_be_changed_does_not_keep_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower = await world.follower({InitiativeStarted: Faulty(("a", 1), ("b", 1), ("c", 1))})
    await world.publish(message("a", 1), message("b", 1), message("c", 1))
    await until(lies(follower, ("a", 1, "dead"), ("b", 1, "dead"), ("c", 1, "dead")))
    [(poisoned,)] = await rows(follower, "SELECT id FROM parked WHERE subject = 'b'")
    close = parked.close

    def closing(connection: Any, row_id: int, *more: Any) -> None:
        if row_id == poisoned:
            raise KeyError("kanarie")
        close(connection, row_id, *more)

    monkeypatch.setattr(parked, "close", closing)
    done, report = await operate(follower, "discard", where={"reason": "dead"}, reason="noise", by="jan")
    assert (done, report) == (True, f"2 events are discarded. event {poisoned}: KeyError.")
    assert await parked_rows(follower) == [("b", 1, "dead")]
