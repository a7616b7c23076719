# SPDX-License-Identifier: EUPL-1.2
"""The database away or read-only, software that fails on everything: nothing more is put aside."""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence

import pytest
from nats.aio.msg import Msg
from sqlalchemy import text

from shared.contracts.envelope import Event, NewEvent
from shared.contracts.initiatives import InitiativeStarted
from shared.messaging import pull, stream
from shared.messaging.transaction import Transaction
from shared.process import Process
from tests.conftest import PATIENCE
from tests.shared.messaging.conftest import (
    World,
    effects,
    has_effects,
    operate,
    parked_rows,
    per_subject,
    rows,
    say,
    until,
)
from tests.shared.messaging.probe import message, started, write_down

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@on_sqlite
async def test_a_locked_store_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.store.BUSY_TIMEOUT", 200)
    owner, follower = await world.owner(), await world.follower()
    await say(owner, started("a"))
    await until(lambda: has_effects(follower, 1))
    lock = sqlite3.connect(str(follower.database.engine.url.database), isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    for n in range(20):
        await say(owner, *(started(f"s{k}") for k in range(n, n + 20)))
    await asyncio.sleep(1.5)
    assert await effects(follower) == [("a", 1)]
    lock.execute("COMMIT")
    await until(lambda: has_effects(follower, 401))
    assert await rows(follower, "SELECT * FROM parked") == []


async def test_a_database_that_fails_amid_a_handler_parks_nothing(world: World) -> None:
    """The event is not to blame: it waits, and has its one effect."""
    tries: list[str] = []

    def fails(event: Event[InitiativeStarted], tx: Transaction) -> Sequence[NewEvent]:
        tries.append(event.subject)
        on_sqlite = tx.connection.dialect.name == "sqlite"
        if len(tries) <= 3:
            tx.connection.execute(text("PRAGMA query_only=ON" if on_sqlite else "SET TRANSACTION READ ONLY"))
        try:
            return write_down(event, tx)
        finally:
            if on_sqlite:
                tx.connection.execute(text("PRAGMA query_only=OFF"))

    follower = await world.follower({InitiativeStarted: fails})
    await world.publish(message("a", 1))
    await until(lambda: has_effects(follower, 1))
    assert tries == ["a"] * 4
    assert await rows(follower, "SELECT * FROM parked") == []


@on_postgres
async def test_a_database_that_drops_its_connections_is_waited_for(world: World) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(event: Event[InitiativeStarted], tx: Transaction) -> Sequence[NewEvent]:
        write_down(event, tx)
        inside.set()
        go_on.wait(PATIENCE)
        return []

    owner, follower = await world.owner(), await world.follower({InitiativeStarted: slow})
    await say(owner, started("a"), started("b"), started("a"))
    await until(lambda: asyncio.sleep(0, inside.is_set()))
    drop = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'kernpuls-follower'"
    )
    await owner.database.write(lambda c: c.execute(drop))
    go_on.set()
    await until(lambda: has_effects(follower, 3))
    assert per_subject(await effects(follower)) == {"a": [1, 2], "b": [1]}
    assert await rows(follower, "SELECT * FROM parked") == []


@on_postgres
async def test_a_read_only_database_is_waited_for(world: World) -> None:
    owner, follower = await world.owner(), await world.follower()
    name = str(follower.database.engine.url.database)
    for read_only in ("on", "off"):
        alter = text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {read_only}')
        drop = text(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'kernpuls-follower'"
        )
        with owner.database.engine.begin() as connection:
            connection.execute(text("SET LOCAL transaction_read_only = off"))
            connection.execute(alter)
        with owner.database.engine.begin() as connection:
            connection.execute(drop)
        if read_only == "on":
            await say(owner, started("a"), started("b"))
            await asyncio.sleep(1)
            assert await effects(follower) == []
    await until(lambda: has_effects(follower, 2))
    assert await rows(follower, "SELECT * FROM parked") == []


@on_sqlite
async def test_memory_is_bounded_while_the_database_is_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.store.BUSY_TIMEOUT", 200)
    pulls: list[pull.LongPull] = []
    opened = pull.LongPull.open

    async def watched(self: pull.LongPull) -> None:
        pulls.append(self)
        await opened(self)

    monkeypatch.setattr(pull.LongPull, "open", watched)
    owner, follower = await world.owner(), await world.follower()
    await say(owner, started("a"))
    await until(lambda: has_effects(follower, 1))
    for _ in range(3):  # a busy machine takes a request for lost that stands all the same
        pulls[0]._heard = 0.0
        await pulls[0]._check()
    lock = sqlite3.connect(str(follower.database.engine.url.database), isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    for _ in range(3):
        await say(owner, *(started(f"s{k}") for k in range(400)))
    for _ in range(15):
        await asyncio.sleep(0.1)
        assert max(each._arrived.qsize() for each in pulls) <= 2 * pull.BATCH
    lock.execute("COMMIT")
    await until(lambda: has_effects(follower, 1201))


async def test_what_was_lost_with_a_request_comes_with_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not after `ack_wait`: it was on its way when nats-server died, say."""
    received = pull.LongPull._receive
    inboxes: list[str] = []

    async def deaf_at_first(self: pull.LongPull, arrived: Msg) -> None:
        inboxes.append(self._inbox)
        if self._inbox != inboxes[0]:
            await received(self, arrived)

    monkeypatch.setattr(pull.LongPull, "_receive", deaf_at_first)
    monkeypatch.setattr(stream, "ACK_WAIT", 3600 * stream.SECOND)
    owner, follower = await world.owner(), await world.follower()
    await say(owner, started("a"), started("b"), started("a"))
    await until(lambda: has_effects(follower, 3))
    assert per_subject(await effects(follower)) == {"a": [1, 2], "b": [1]}
    assert await follower.ready() == {}
    assert await rows(follower, "SELECT * FROM parked") == []


class Broken:
    """Software with a fault that strikes nearly every event."""

    def __init__(self) -> None:
        self.broken = True

    def __call__(self, event: Event[InitiativeStarted], tx: Transaction) -> Sequence[NewEvent]:
        write_down(event, tx)
        if self.broken and not event.subject.startswith("well"):
            raise KeyError(event.subject)
        return []


@pytest.mark.usefixtures("soon_again")
@pytest.mark.parametrize("at_once", [True, False])
async def test_software_that_fails_on_nearly_everything_stops_rather_than_park_the_stream(
    world: World, at_once: bool
) -> None:
    handler = Broken()
    events = [message(f"s{n}", 1) for n in range(150)] + [message("well", 1), message("s3", 2)]
    if at_once:
        await world.publish(*events)
    follower = await world.follower({InitiativeStarted: handler})
    if not at_once:
        for event in events:
            await world.publish(event)

    async def paused() -> bool:
        return "consumer" in await follower.ready()

    await until(paused)
    aside = len(await parked_rows(follower))
    assert aside < 50
    await asyncio.sleep(0.5)
    assert len(await parked_rows(follower)) == aside
    handler.broken = False
    await until(lambda: replayed(follower, 152))
    assert await follower.ready() == {}
    found = per_subject(await effects(follower))
    assert found == {**{f"s{n}": [1] for n in range(150)}, "s3": [1, 2], "well": [1]}


async def replayed(follower: Process, count: int) -> bool:
    """An operator replays what died meanwhile."""
    for (row_id,) in await rows(
        follower, "SELECT id FROM parked WHERE reason = 'dead' AND closed_at IS NULL"
    ):
        await operate(follower, "replay", id=row_id)
    return await has_effects(follower, count)


@pytest.mark.usefixtures("soon_again")
async def test_after_a_repair_one_more_failure_does_not_pause(world: World) -> None:
    """What was handled late no longer counts as failing."""
    handler = Broken()
    follower = await world.follower({InitiativeStarted: handler})
    await world.publish(*(message(f"s{n}", 1) for n in range(45)))
    await until(lambda: lie(follower, 45))
    handler.broken = False
    await until(lambda: replayed(follower, 45))
    handler.broken = True
    await world.publish(*(message(f"t{n}", 1) for n in range(10)), message("well", 1))
    await until(lambda: has_effects(follower, 46))
    assert await follower.ready() == {}


async def lie(follower: Process, count: int) -> bool:
    return len(await parked_rows(follower)) == count
