# SPDX-License-Identifier: EUPL-1.2
"""A process stops in time whatever hangs, and its figures and its readiness tell the truth."""

import asyncio
import itertools
import signal
import sqlite3
import threading
from collections.abc import Sequence

import pytest
from nats.aio.client import Client

from shared.contracts.envelope import Event, NewEvent
from shared.contracts.initiatives import InitiativeStarted
from shared.messaging import leader
from shared.messaging.leader import Task
from shared.messaging.lease import Guard, LeaseLost
from shared.messaging.stream import STREAM, api
from shared.messaging.transaction import Transaction
from shared.process import Process
from tests.shared.messaging.conftest import (
    HOUR,
    OWNER,
    WRITES_DOWN,
    World,
    effects,
    everything_published,
    figure,
    has_effects,
    operate,
    parked_rows,
    rows,
    say,
    until,
)
from tests.shared.messaging.probe import message, started, write_down

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_quiet_process_stops_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs none of the waits for what hangs."""
    for wait in ("messaging.leader.RELEASE", "messaging.broker.STOP", "process.CLOSE"):
        monkeypatch.setattr(f"shared.{wait}", HOUR)
    owner, follower = await world.owner(), await world.follower()
    await say(owner, started("a"))
    await until(lambda: has_effects(follower, 1))
    await world.stop(follower)
    await world.stop(owner)


@on_sqlite
async def test_it_stops_in_time_before_it_ever_had_a_bus(world: World) -> None:
    world.server.stop()
    owner = await world.owner()
    await say(owner, started("a"))
    await world.stop(owner)


@on_sqlite
async def test_it_stops_in_time_while_the_bus_is_away(world: World) -> None:
    owner = await world.owner()
    await owner.bus.connection()
    world.server.kill()
    await say(owner, *(started("a") for _ in range(600)))
    await asyncio.sleep(0.5)
    await world.stop(owner)


@on_sqlite
async def test_it_stops_in_time_while_the_bus_hangs(world: World) -> None:
    owner, follower = await world.owner(), await world.follower()
    await say(owner, started("a"))
    await until(lambda: has_effects(follower, 1))
    assert world.server.process
    world.server.process.send_signal(signal.SIGSTOP)
    await say(owner, *(started("a") for _ in range(2000)))
    await asyncio.sleep(0.5)
    await world.stop(owner)
    await world.stop(follower)
    world.server.process.send_signal(signal.SIGCONT)


async def test_it_stops_in_time_amid_a_batch_which_is_whole_or_not_at_all(world: World) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(event: Event[InitiativeStarted], tx: Transaction) -> Sequence[NewEvent]:
        write_down(event, tx)
        inside.set()
        go_on.wait(1.5)
        return []

    await world.publish(message("a", 1), message("b", 1))
    follower = await world.follower({InitiativeStarted: slow})
    await until(lambda: asyncio.sleep(0, inside.is_set()))
    await world.stop(follower)
    go_on.set()
    follower = await world.follower()
    await until(lambda: has_effects(follower, 2))
    assert await effects(follower) == [("a", 1), ("b", 1)]


@on_sqlite
async def test_it_stops_in_time_while_its_store_is_locked(world: World) -> None:
    owner, follower = await world.owner(), await world.follower()
    await say(owner, started("a"))
    await until(lambda: has_effects(follower, 1))
    lock = sqlite3.connect(str(follower.database.engine.url.database), isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    await say(owner, started("a"))
    await asyncio.sleep(0.3)
    await world.stop(follower)
    lock.execute("ROLLBACK")


@on_sqlite
async def test_a_task_that_swallows_one_cancellation_does_not_keep_it(world: World) -> None:
    """nats-py does so while its buffer is full, and asyncio.wait_for now and then."""
    owner = await world.owner()
    ended: list[str] = []

    async def stubborn(*_: object) -> None:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            try:
                await asyncio.sleep(3600)
            finally:
                ended.append("at last")

    owner.leader.tasks["stubborn"] = stubborn
    await until(lambda: asyncio.sleep(0, owner.leader.leads))
    await world.stop(owner)
    assert ended == ["at last"]


@on_sqlite
async def test_whatever_a_task_raises_the_leader_begins_again(world: World) -> None:
    owner = await world.owner()
    raised: list[int] = []

    async def faulty(*_: object) -> None:
        raised.append(len(raised))
        if len(raised) == 1:
            raise ExceptionGroup("several", [ValueError("one"), KeyError("two")])
        if len(raised) == 2:
            raise asyncio.CancelledError  # of its own, not told to
        if len(raised) == 3:
            return
        await asyncio.sleep(3600)

    owner.leader.tasks["faulty"] = faulty
    await until(lambda: asyncio.sleep(0, owner.leader.leads))
    connection = await owner.bus.connection()
    await connection.close()  # ends the first term, which did not know the task yet
    await until(lambda: asyncio.sleep(0, len(raised) == 4))
    await say(owner, started("a"))
    await until(lambda: everything_published(owner))


class Counted:
    """A part of the leader: when it was begun, and what it does then."""

    def __init__(self, part: Task) -> None:
        self.part, self.begun = part, list[float]()

    async def __call__(self, connection: Client, guard: Guard) -> None:
        self.begun.append(asyncio.get_running_loop().time())
        await self.part(connection, guard)


async def breaks(_connection: Client, _guard: Guard) -> None:
    raise KeyError("it cannot go on")


@on_sqlite
async def test_a_broken_consumer_stops_neither_what_is_told_nor_the_operators(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader, "STEADY", HOUR)  # however slowly it breaks, it is not well meanwhile
    both = await world.start(OWNER, WRITES_DOWN)
    await until(lambda: asyncio.sleep(0, both.leader.leads))
    await say(both, started("a"))
    await until(lambda: has_effects(both, 1))
    consumer, relay = Counted(breaks), Counted(both.relay.run)
    well = both.leader.tasks["consumer"]
    both.leader.tasks |= {"consumer": consumer, "relay": relay}
    await (await both.bus.connection()).close()  # ends the term, which did not know these tasks yet
    await until(lambda: asyncio.sleep(0, len(consumer.begun) >= 3))
    await say(both, started("b"))
    await until(lambda: everything_published(both))
    assert "no parked event 99" in (await operate(both, "replay", id=99))[1]
    await until(lambda: asyncio.sleep(0, len(consumer.begun) >= 5))
    assert len(relay.begun) == 1, "the relay was begun again with the consumer"
    waits = [later - one for one, later in itertools.pairwise(consumer.begun)]
    assert all(wait > leader.WAITS[0] * 2**n - 0.01 for n, wait in enumerate(waits[:4]))
    assert "(consumer: KeyError)" in (await both.ready())["leader"]
    monkeypatch.setattr(leader, "STEADY", 1.0)
    consumer.part = well
    await until(lambda: has_effects(both, 2))
    await until(lambda: is_ready(both))
    assert len(relay.begun) == 1


async def is_ready(process: Process) -> bool:
    return await process.ready() == {}


@on_sqlite
async def test_a_lost_lease_or_connection_ends_every_part(world: World) -> None:
    owner = await world.owner()
    await until(lambda: asyncio.sleep(0, owner.leader.leads))
    relay = Counted(owner.relay.run)

    async def loses(connection: Client, _guard: Guard) -> None:
        if len(relay.begun) == 1:
            raise LeaseLost("another one leads")
        if len(relay.begun) == 2:
            await connection.close()
            raise OSError
        await asyncio.sleep(3600)

    owner.leader.tasks |= {"relay": relay, "loses": loses}
    await (await owner.bus.connection()).close()
    await until(lambda: asyncio.sleep(0, len(relay.begun) == 3))


@pytest.mark.usefixtures("soon_again")
async def test_the_figures_tell_what_is(world: World) -> None:
    def picky(event: Event[InitiativeStarted], tx: Transaction) -> Sequence[NewEvent]:
        if event.subject == "bad":
            raise ValueError("no")
        return write_down(event, tx)

    owner, follower = await world.owner(), await world.follower({InitiativeStarted: picky})
    await say(owner, started("a"), started("bad"), started("bad"), started("a"))
    await until(lambda: has_effects(follower, 2))
    await until(lambda: everything_published(owner))

    async def dead() -> bool:
        return ("bad", 1, "dead") in await parked_rows(follower)

    await until(dead)
    for process in (owner, follower):
        await process.measure()
        assert await figure(process, "kernpuls_leader") == await figure(process, "kernpuls_ready") == 1
        assert await figure(process, "kernpuls_stream_set_back") == 0
    assert await figure(owner, "kernpuls_outbox_published_events_total") == 4
    assert await figure(owner, "kernpuls_outbox_pending_events") == 0
    assert await figure(follower, 'kernpuls_parked_events{reason="dead"}') == 1
    assert await figure(follower, 'kernpuls_parked_events{reason="behind"}') == 1
    assert await figure(follower, 'kernpuls_events_handled_total{event_type="initiative.started.v1"}') == 2
    assert await figure(follower, "kernpuls_event_lag_seconds_count") == 2
    world.server.kill()
    await say(owner, started("a"))
    await asyncio.sleep(0.1)
    await owner.measure()
    assert await figure(owner, "kernpuls_outbox_pending_events") == 1
    assert await figure(owner, "kernpuls_outbox_oldest_seconds") > 0
    assert await figure(owner, "kernpuls_ready") == 0


@on_sqlite
async def test_a_stream_that_was_never_made_shows(world: World) -> None:
    await api(await world.client(), f"STREAM.DELETE.{STREAM}")
    owner = await world.owner()

    async def shows() -> bool:
        return "(term: ApiError)" in (await owner.ready()).get("leader", "")

    await until(shows)
    await world.provision()
    await say(owner, started("a"))
    await until(lambda: everything_published(owner))
    assert await owner.ready() == {}


@on_sqlite
async def test_measuring_survives_a_store_that_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.process.MEASURE_EVERY", 0.05)
    owner = await world.owner()
    measured: list[int] = []

    async def fails() -> None:
        measured.append(1)
        raise OSError("away")

    monkeypatch.setattr(owner, "measure", fails)
    await until(lambda: asyncio.sleep(0, len(measured) > 3))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_long_host_name_does_not_keep_it_from_leading(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "h" * 63)
    owner, other = await world.owner(), await world.owner()
    await until(lambda: asyncio.sleep(0, owner.leader.leads or other.leader.leads))
    assert owner.leader.holder != other.leader.holder
    await asyncio.sleep(2 * leader.TRY_EVERY)
    assert owner.leader.leads != other.leader.leads
    assert len(await rows(owner, "SELECT * FROM lease")) == 1
