# SPDX-License-Identifier: EUPL-1.2
"""Every handler of every service dies at every named point; what is there afterwards is as if it had not."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import nats
import pytest
from nats.aio.client import Client

from shared.contracts.envelope import Event
from shared.messaging import crash, desk, leader, outbox, pull, retry, versions
from shared.messaging.broker import Bus
from shared.messaging.reconcile import compare
from shared.messaging.stream import ensure_stream, filters_for
from shared.messaging.versions import Aggregate
from shared.municipality import Municipality
from shared.process import Process
from shared.service import Service
from shared.store import Database
from tests.conftest import NatsServer, OpenDatabase
from tests.every_service.conftest import FOLLOWERS, Follower, as_message, history, prepare, state

STREAM_BYTES = 64 * 1024**2
OF_THE_CONSUMER = ("CP1", "CP5", "CP6", "CP7", "CP8")
OF_THE_RELAY = ("CP2", "CP3", "CP4")
HANDLERS = [
    (service, handler) for service in FOLLOWERS for handler in dict.fromkeys(service.handlers.values())
]
BUDGET = next(service for service in FOLLOWERS if service.name == "budget")
handlers = pytest.mark.parametrize(
    ("service", "handler"), HANDLERS, ids=[f"{s.name}-{h.__name__}" for s, h in HANDLERS]
)


class Died(BaseException):
    """Not an Exception: nothing may catch a death."""


class Fate:
    """Lets a process die at the first pass of each of these points, one after another."""

    def __init__(self) -> None:
        self.points: list[str] = []

    def here(self, point: str) -> None:
        if self.points and point == self.points[0]:
            self.points.pop(0)
            raise Died(point)


@pytest.fixture
def fate(monkeypatch: pytest.MonkeyPatch) -> Fate:
    fate = Fate()
    monkeypatch.setattr(crash, "here", fate.here)
    for room, name in ((retry, "LOOK_EVERY"), (desk, "LOOK_EVERY"), (leader, "TRY_EVERY")):
        monkeypatch.setattr(room, name, 0.05)
    monkeypatch.setattr(pull, "HEARTBEAT", 0.2)
    monkeypatch.setattr(pull, "SILENCE", 0.5)
    return fate


class Run:
    """One service on one store, started again whenever it died."""

    def __init__(self, service: Service, database: Database, municipality: Municipality, url: str) -> None:
        self.service = replace(service, tasks=lambda _process: {}, timers=(), replies=())
        self.database, self.municipality, self.url = database, municipality, url
        self.process: Process | None = None

    async def start(self) -> None:
        self.process = Process(
            self.service, self.database, self.municipality, Bus(self.url, self.service.name)
        )
        await self.process.start()

    async def end(self) -> None:
        """As a death would: the store stays as it is, the process and its connection are gone."""
        if self.process:
            await leader.end(self.process._running)
            await asyncio.gather(*self.process._running, return_exceptions=True)
            await self.process.bus.stop()

    @property
    def is_dead(self) -> bool:
        return self.process is None or self.process._running[0].done()

    async def has_taken(self, event: Event[Any]) -> bool:
        """Whether the event was handled, and everything it led to is in the stream."""
        of = Aggregate(event.source, event.subject)
        reached = await self.database.read(lambda c: versions.load(c, self.service.name, [of]))
        waiting, _ = await self.database.read(outbox.backlog)
        return reached.get(of, 0) >= event.number and not waiting

    async def until_taken(self, event: Event[Any]) -> None:
        deadline = time.monotonic() + 15
        while not await self.has_taken(event) or self.is_dead:
            if self.is_dead:
                await self.end()
                await self.start()
            assert time.monotonic() < deadline, f"{event.data.TYPE} was not taken"
            await asyncio.sleep(0.005)


@pytest.fixture
async def client(own_nats_server: NatsServer) -> AsyncIterator[Client]:
    client = await nats.connect(own_nats_server.url)
    await ensure_stream(client, STREAM_BYTES)
    yield client
    await client.close()


@pytest.fixture
async def run(
    open_database: OpenDatabase,
    own_nats_server: NatsServer,
    client: Client,
    municipality: Municipality,
    service: Service,
) -> AsyncIterator[Run]:
    """Started, with what it did before in the stream."""
    run = Run(service, open_database(service.name), municipality, own_nats_server.url)
    prepare(run.database, service, municipality)
    await run.start()
    while (await run.database.read(outbox.backlog))[0]:
        await asyncio.sleep(0.005)
    yield run
    await run.end()


async def publish(client: Client, event: Event[Any]) -> None:
    subject, payload = as_message(event)
    await client.request(subject, payload, timeout=5)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("point", OF_THE_CONSUMER + OF_THE_RELAY)
@handlers
async def test_a_death_changes_nothing(
    open_database: OpenDatabase,
    client: Client,
    municipality: Municipality,
    fate: Fate,
    run: Run,
    service: Service,
    handler: Callable[..., Any],
    point: str,
) -> None:
    events = history(service, municipality)
    mine = [event for event in events if service.handlers.get(type(event.data)) is handler]
    undisturbed = Follower(open_database(service.name + "undisturbed"), service, municipality)
    for event in events:
        said = undisturbed.says(event)
        fate.points = [point] if event in (mine[0], mine[-1]) else []
        await publish(client, event)
        await run.until_taken(event)
        if event in (mine[0], mine[-1]):
            assert (fate.points == []) == (point in OF_THE_CONSUMER or said > 0)
    after = await run.database.read(lambda connection: state(connection, service))
    assert after == undisturbed.state()
    await nothing_lost_or_doubled(client, run)


async def nothing_lost_or_doubled(client: Client, run: Run) -> None:
    if run.service.publishes:
        found = await compare(client, run.database, filters_for(run.service.publishes))
        assert (found.is_whole, found.repeated) == (True, 0)


@pytest.mark.parametrize("first", OF_THE_CONSUMER + OF_THE_RELAY)
@pytest.mark.parametrize("service", [BUDGET], ids=["budget"])
async def test_a_death_amid_the_recovery_changes_nothing(
    open_database: OpenDatabase,
    client: Client,
    municipality: Municipality,
    fate: Fate,
    run: Run,
    service: Service,
    first: str,
) -> None:
    """Every ordered pair of points, on both databases, for a handler that takes part in all of them."""
    undisturbed = Follower(open_database("undisturbed"), service, municipality)
    (asked,) = [
        event for event in history(service, municipality) if event.data.TYPE == "initiative.assessed.v1"
    ]
    for number, second in enumerate(OF_THE_CONSUMER + OF_THE_RELAY):
        told = {"subject": f"another-{number}", "id": f"event-{number}", "sequence": "1"}
        event = asked.model_copy(update=told)
        assert undisturbed.says(event)
        fate.points = [first, second]
        await publish(client, event)
        await run.until_taken(event)
        assert len(fate.points) < 2  # the second may lie before the first, and not be passed again
        fate.points = []
    after = await run.database.read(lambda connection: state(connection, service))
    assert after == undisturbed.state()
    await nothing_lost_or_doubled(client, run)
