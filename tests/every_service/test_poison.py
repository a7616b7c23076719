# SPDX-License-Identifier: EUPL-1.2
"""One item never stops a queue: every loop over items, of every service, is given one that raises.

The loops are found: a new timer, action or task fails here until it is tried, or says why it has no items.
"""

import ast
import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from services.suite.discovery import discover
from shared.contracts.envelope import NewEvent
from shared.messaging import desk, parked
from shared.messaging.broker import Bus
from shared.messaging.desk import Desk
from shared.messaging.items import ForEach
from shared.messaging.outbox import outbox
from shared.messaging.timers import Timer, Timers
from shared.messaging.transaction import Cause, Transaction, Transactions
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.process import Process
from shared.service import Service
from shared.store import Database
from tests.conftest import PATIENCE, OpenDatabase
from tests.every_service.test_crash_timers import key_of, prepare, run_out, the_same_ids

PROJECT = Path(__file__).parents[2]
POISON = "poison"
SERVICES = discover()
TIMERS = [(service, timer) for service in SERVICES for timer in service.timers]
BY_ITEM = [(service, timer) for service, timer in TIMERS if isinstance(timer, ForEach)]
# Timers without items: one statement each, which is right for all rows or for none.
ALL_AT_ONCE = {"surveys.forget_answers"}
# Where every task of a leader is given an item that raises; None has no items, only the state of one thing.
TASKS: dict[str, str | None] = {
    "consumer": "tests/shared/messaging/test_parking.py::test_a_handler_that_fails_once_is_tried_again",
    "retry": "tests/shared/messaging/test_parking.py"
    "::test_what_always_fails_dies_holds_its_subject_and_is_replayed",
    "desk": "tests/every_service/test_poison.py::test_a_request_that_raises_stops_no_other",
    "timers": "tests/every_service/test_poison.py::test_an_item_that_raises_stops_no_other_of_its_timer",
    "imports": "tests/services/initiatives/imports/test_imports.py"
    "::test_a_line_that_meets_a_fault_of_ours_keeps_no_other_file",
    "delivery": "tests/services/notifications/delivery/test_poison.py"
    "::test_a_poisoned_letter_of_every_class_delays_no_other",
    "relay": None,  # what is published goes in order, or not at all
    "watch": None,
    "metrics": None,
}
# Where there is a `while True` in what a leader runs, and so a queue; by file, with the task that is tried.
LOOPS = {
    "services/budget/metrics.py": "metrics",
    "services/initiatives/metrics.py": "metrics",
    "services/initiatives/persons/journal.py": "first",
    "services/notifications/delivery/dispatch.py": "delivery",
    "shared/messaging/broker.py": "connection",
    "shared/messaging/consumer.py": "consumer",
    "shared/messaging/desk.py": "desk",
    "shared/messaging/leader.py": "lease",
    "shared/messaging/relay.py": "relay",
    "shared/messaging/retry.py": "retry",
    "shared/messaging/timers.py": "timers",
    "shared/messaging/watch.py": "watch",
}
NO_TASK = {
    "first",
    "connection",
    "lease",
}  # the journal at the start: tests/services/initiatives/test_items.py

__all__ = ["the_same_ids"]  # a fixture for these, too


def no_guard(_connection: Connection) -> None:
    return None


def names(pairs: Sequence[tuple[Service, Timer]]) -> list[str]:
    return [key_of(service, timer) for service, timer in pairs]


def test_every_timer_goes_item_by_item_or_has_no_items() -> None:
    assert {key_of(*pair) for pair in TIMERS if pair not in BY_ITEM} == ALL_AT_ONCE


class Poisoned:
    """A timer that finds one more item, before all others, which cannot be done."""

    def __init__(self, timer: ForEach) -> None:
        self.due, self.do = timer.due, timer.do

    def found(self, tx: Transaction, but: frozenset[str]) -> Sequence[str]:
        return [*([] if POISON in but else [POISON]), *self.due(tx, but)]

    def done(self, item: str, tx: Transaction) -> Sequence[NewEvent]:
        if item == POISON:
            raise KeyError("kanarie")
        return self.do(item, tx)


def poisoned(timer: ForEach) -> ForEach:
    bad = Poisoned(timer)
    return replace(timer, due=bad.found, do=bad.done)


def published(connection: Connection) -> int:
    return len(connection.execute(select(outbox.c.id)).all())


def open_rows(connection: Connection) -> list[tuple[str, str, int]]:
    table = parked.parked
    wanted = select(table.c.nats_subject, table.c.reason, table.c.attempts).where(table.c.closed_at.is_(None))
    return [tuple(row) for row in connection.execute(wanted)]


@pytest.mark.parametrize(("service", "timer"), BY_ITEM, ids=names(BY_ITEM))
async def test_an_item_that_raises_stops_no_other_of_its_timer(
    open_database: OpenDatabase, municipality: Municipality, service: Service, timer: ForEach
) -> None:
    calm, ill = open_database(f"{service.name}-calm"), open_database(service.name)
    for database in (calm, ill):
        prepare(database, service, timer, municipality)
    run_out(calm, timer, municipality)
    bad = poisoned(timer)
    await Timers(Transactions(ill, municipality), (bad,))._run_out(bad, no_guard)
    assert await ill.read(published) == await calm.read(published)
    assert await ill.read(open_rows) == [(POISON, "failed", 1)]


@pytest.mark.parametrize(("service", "timer"), BY_ITEM, ids=names(BY_ITEM))
async def test_a_timer_that_raises_stops_no_other_timer(
    open_database: OpenDatabase,
    municipality: Municipality,
    service: Service,
    timer: ForEach,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = open_database(service.name)
    prepare(database, service, timer, municipality)
    before = await database.read(lambda c: _found(c, database, timer, municipality))

    def fails(_tx: Transaction, *_but: object) -> Sequence[str]:
        raise KeyError("kanarie")

    every = (ForEach("fails", fails, timer.do), fails, timer)
    running = asyncio.create_task(
        Timers(Transactions(database, municipality), every, 0.5).run(None, no_guard)  # type: ignore[arg-type]
    )
    try:
        async with asyncio.timeout(PATIENCE):
            while await database.read(lambda c: _found(c, database, timer, municipality)):
                assert not running.done()
                await asyncio.sleep(0.02)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert before


def _found(
    connection: Connection, database: Database, timer: ForEach, municipality: Municipality
) -> list[str]:
    tx = Transactions(database, municipality).begin(connection, Cause("looked"))
    return timer.found(tx)


@pytest.fixture
def process(open_database: OpenDatabase, municipality: Municipality, service: Service) -> Process:
    database = open_database(service.name)
    migrate(database, service.package)
    return Process(service, database, municipality, Bus("nats://127.0.0.1:1", service.name))


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_a_request_that_raises_stops_no_other(process: Process, database_url: str) -> None:
    """Of every action that operators can ask for; with a message that no store takes as it is."""
    database, actions = process.database, process.desk.actions

    async def fails(_arguments: dict[str, Any]) -> str:
        raise ValueError("\0 kanarie \ud800")

    async def works(_arguments: dict[str, Any]) -> str:
        return "done"

    asked = {}
    for name in actions:
        asked[name] = await database.write(lambda c, name=name: desk.ask(c, name, {}, datetime.now(UTC)))  # type: ignore[misc]
    last = await database.write(lambda c: desk.ask(c, "last", {}, datetime.now(UTC)))
    every = {**dict.fromkeys(actions, fails), "last": works}
    running = asyncio.create_task(
        Desk(database, lambda: datetime.now(UTC), every).run(None, no_guard)  # type: ignore[arg-type]
    )
    try:
        async with asyncio.timeout(PATIENCE):
            while (await database.read(lambda c: desk.answer(c, last))).done_at is None:
                assert not running.done()
                await asyncio.sleep(0.02)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    for number in asked.values():
        row = await database.read(lambda c, number=number: desk.answer(c, number))  # type: ignore[misc]
        assert row.succeeded == "no"
        assert "ValueError" in row.report


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_task_of_a_leader_is_tried(process: Process) -> None:
    assert set(process.leader.tasks) <= set(TASKS), "say in TASKS where it is given an item that raises"


@pytest.mark.parametrize("place", [place for place in TASKS.values() if place])
def test_what_is_said_to_try_it_is_there(place: str) -> None:
    path, _, function = place.partition("::")
    assert f"def {function}(" in (PROJECT / path).read_text()


def test_every_loop_without_an_end_belongs_to_a_task() -> None:
    found = set()
    for path in [*PROJECT.glob("services/*/**/*.py"), *PROJECT.glob("shared/messaging/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.While) and isinstance(node.test, ast.Constant):
                found.add(path.relative_to(PROJECT).as_posix())
    found = {name for name in found if not name.startswith("services/suite/")}
    assert found == set(LOOPS), "a queue is tried by its task; name it"
    assert set(LOOPS.values()) <= set(TASKS) | NO_TASK
