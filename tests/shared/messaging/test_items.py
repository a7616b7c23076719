# SPDX-License-Identifier: EUPL-1.2
"""One item that fails stops no other: it waits, is tried again, is seen, and can be had done or given up."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from shared.contracts.envelope import NewEvent
from shared.messaging.items import ForEach, each_alone, fail
from shared.messaging.parked import RETRY_AFTER
from shared.messaging.timers import Timers
from shared.messaging.transaction import Cause, Transaction
from shared.process import Process
from tests.shared.messaging.conftest import OWNER, World, rows, until
from tests.shared.messaging.probe import started

AT_ONCE = 2
SECRET = "kanarie-tekst"


class Due:
    """Items that are due, in order, two at a time; those in `poisoned` raise, and quote what is secret."""

    def __init__(self, *items: str, poisoned: Sequence[str] = ()) -> None:
        self.items, self.poisoned = items, set(poisoned)
        self.tried: list[str] = []
        self.timer = ForEach("probe", self.due, self.do)

    def due(self, tx: Transaction, but: frozenset[str]) -> Sequence[str]:
        tx.connection.execute(text("CREATE TABLE IF NOT EXISTS probe_done (item TEXT)"))
        done = but | set(tx.connection.execute(text("SELECT item FROM probe_done")).scalars())
        return [item for item in self.items if item not in done][:AT_ONCE]

    def do(self, item: str, tx: Transaction) -> Sequence[NewEvent]:
        self.tried.append(item)
        tx.connection.execute(text("INSERT INTO probe_done VALUES (:item)"), {"item": item})
        if item in self.poisoned:
            raise KeyError(SECRET)
        return [started(item)]


class At:
    """The owner's timers by a clock of their own."""

    def __init__(self, owner: Process, due: Due) -> None:
        self.owner, self.due, self.now = owner, due, datetime(2021, 7, 1, tzinfo=UTC)
        owner.transactions.clock = lambda: self.now
        self.timers = Timers(owner.transactions, (due.timer,))

    async def look(self, later: timedelta = timedelta()) -> list[str]:
        """What of the items is done by now."""
        self.now += later
        await self.timers._run_out(self.due.timer, lambda _: None)
        return [item for (item,) in await rows(self.owner, "SELECT subject FROM outbox ORDER BY id")]

    async def parked(self, columns: str = "nats_subject, reason, attempts") -> list[tuple[Any, ...]]:
        return await rows(self.owner, f"SELECT {columns} FROM parked WHERE closed_at IS NULL ORDER BY id")


@pytest.fixture
async def owner(world: World) -> Process:
    return await world.owner()


async def test_the_others_go_on_and_nothing_of_what_failed_is_left(owner: Process) -> None:
    at = At(owner, Due("a", "b", "c", "d", "e", poisoned="ab"))
    with capture_logs() as lines:
        assert await at.look() == ["c", "d", "e"]
    assert await at.parked() == [("a", "failed", 1), ("b", "failed", 1)]
    assert {item for (item,) in await rows(owner, "SELECT item FROM probe_done")} == {"c", "d", "e"}
    failed = [line for line in lines if line["event"] == "items.failed"]
    assert [(line["loop"], line["item"], line["attempts"]) for line in failed] == [
        ("probe", "a", 1),
        ("probe", "b", 1),
    ]
    assert SECRET not in str(await at.parked("*"))


async def test_it_is_tried_again_later_each_time_until_a_person_must_look(owner: Process) -> None:
    at = At(owner, Due("a", poisoned="a"))
    await at.look()
    for attempts, wait in enumerate(RETRY_AFTER, 2):
        await at.look(wait - timedelta(milliseconds=1))
        assert len(at.due.tried) == 2 * (attempts - 1), "it was tried before its time"
        await at.look(timedelta(milliseconds=1))
        assert (await at.parked())[0][2] == attempts
    assert await at.parked() == [("a", "dead", len(RETRY_AFTER) + 1)]
    tried = len(at.due.tried)
    await at.look(timedelta(days=30))
    assert len(at.due.tried) == tried


async def test_what_was_mended_is_done_and_is_over(owner: Process) -> None:
    at = At(owner, Due("a", poisoned="a"))
    await at.look()
    at.due.poisoned.clear()
    assert await at.look(RETRY_AFTER[0]) == ["a"]
    assert await at.parked() == []
    await owner.database.write(lambda connection: connection.execute(text("DELETE FROM probe_done")))
    at.due.poisoned.add("a")
    await at.look()
    assert await at.parked() == [("a", "failed", 1)], "a new failure begins from the first attempt"


async def test_an_operator_has_it_done_or_gives_it_up(owner: Process) -> None:
    at = At(owner, Due("a", "b", poisoned="ab"))
    for wait in (timedelta(), *RETRY_AFTER):
        await at.look(wait)
    (one, _), (two, reason) = await at.parked("id, reason")
    assert reason == "dead"
    desk = owner.desk.actions
    owner.leader.guard = lambda _: None
    at.due.poisoned = {"b"}
    assert "is taken up again" in await desk["replay"]({"id": one})
    assert await at.look() == ["a"]
    await desk["discard"]({"id": two, "reason": "it is done by hand", "by": "somebody"})
    tried = len(at.due.tried)
    assert await at.look(timedelta(days=1)) == ["a"]
    assert len(at.due.tried) == tried
    assert await at.parked() == []


async def test_the_retries_of_events_leave_items_alone(world: World) -> None:
    follower = await world.follower()

    def park(connection: Connection) -> None:
        fail(connection, "probe", "a", KeyError(SECRET), datetime(2021, 7, 1, tzinfo=UTC))

    await follower.database.write(park)
    assert await follower.database.read(follower.retry._due) is None


async def test_a_running_service_does_it_by_itself(world: World) -> None:
    due = Due("a", "b", "c", poisoned="a")
    owner = await world.start(OWNER, due=(due.timer,))

    async def others_are_done() -> bool:
        return await rows(owner, "SELECT subject FROM outbox ORDER BY id") == [("b",), ("c",)]

    await until(others_are_done)
    due.poisoned.clear()
    await until(lambda: _closed(owner))
    assert await rows(owner, "SELECT closed_by FROM parked") == [("retry",)]


async def _closed(owner: Process) -> bool:
    return await rows(owner, "SELECT count(*) FROM parked WHERE closed_at IS NULL") == [(0,)]


async def test_each_alone_leaves_out_what_fails(owner: Process) -> None:
    due = Due(poisoned="b")

    def work(connection: Connection) -> list[str]:
        tx = owner.transactions.begin(connection, Cause("because"))
        due.due(tx, frozenset())
        events = each_alone(tx, "probe", "abc", str, lambda item: due.do(item, tx))
        return [event.subject for event in events]

    with capture_logs() as lines:
        assert await owner.database.write(work) == ["a", "c"]
    left_out = [line for line in lines if line["event"] == "items.left-out"]
    assert [(line["loop"], line["item"]) for line in left_out] == [("probe", "b")]
    assert {item for (item,) in await rows(owner, "SELECT item FROM probe_done")} == {"a", "c"}
