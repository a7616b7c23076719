# SPDX-License-Identifier: EUPL-1.2
"""Two services of one suite in one loop: an owner that publishes, and a follower that writes down."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nats
import psycopg
import pytest
from nats.aio.client import Client
from prometheus_client import generate_latest
from sqlalchemy import Connection, text, update

from shared.clock import Clock, utc_now
from shared.contracts.envelope import EventData, NewEvent
from shared.contracts.initiatives import InitiativeStarted, InitiativeWithdrawn
from shared.messaging import consumer, desk, leader, lease, parked, pull, retry, timers, watch
from shared.messaging.broker import Bus
from shared.messaging.decode import UNKNOWN
from shared.messaging.intake import EventHandler
from shared.messaging.parked import FAILED, GAP
from shared.messaging.requests import Answerer
from shared.messaging.stream import STREAM, api, ensure_stream
from shared.messaging.timers import Timer
from shared.messaging.transaction import Cause, Transaction
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.process import Process
from shared.service import Service
from shared.store import Database
from tests.conftest import PATIENCE, NatsServer, OpenDatabase
from tests.shared.messaging.probe import count_effects, effects_of, write_down

STREAM_BYTES = 64 * 1024**2
OWNER, FOLLOWER = "initiatives", "budget"  # whose events the probe writes, and who answers with a grant
HOUR = 3600.0  # a wait that no test sits out: what ends all the same did not need it
PUBLISHED = (InitiativeStarted, InitiativeWithdrawn)
WRITES_DOWN: Mapping[type[EventData], EventHandler] = {InitiativeStarted: write_down}


@pytest.fixture(scope="session")
def migrated_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """None: the services here have names of real ones, whose events they publish, and stores of the probe."""
    return tmp_path_factory.mktemp("none")


@pytest.fixture
def database_url(database_url: str) -> str:
    """For the same reason without what is there of the real ones."""
    if not database_url.startswith("sqlite"):
        with psycopg.connect(database_url, autocommit=True) as connection:
            for service in (OWNER, FOLLOWER):
                connection.execute(f'DROP SCHEMA "{service}" CASCADE'.encode())
    return database_url


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same mechanisms with shorter waits."""
    for room, name, seconds in (
        (retry, "LOOK_EVERY", 0.05),
        (desk, "LOOK_EVERY", 0.05),
        (watch, "LOOK_EVERY", 0.2),
        (timers, "LOOK_EVERY", 0.05),
        (leader, "TRY_EVERY", 0.1),
        (leader, "RENEW_EVERY", 0.3),
        (leader, "STEADY", 1.0),
        (consumer, "FLOOD_PAUSE", 0.2),
        (pull, "HEARTBEAT", 0.2),
        (pull, "SILENCE", 0.5),
    ):
        monkeypatch.setattr(room, name, seconds)


@pytest.fixture
def soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies aside is tried again three times, within a moment."""
    moment = timedelta(seconds=0.05)
    monkeypatch.setattr(parked, "RETRY_AFTER", (moment,) * 3)
    monkeypatch.setattr(parked, "LOOK_AGAIN", {UNKNOWN: moment, GAP: moment})
    monkeypatch.setattr(retry, "LOOK_AGAIN", {UNKNOWN: moment, GAP: moment})
    monkeypatch.setattr(parked, "_FIRST_LOOK", {FAILED: moment, UNKNOWN: moment, GAP: timedelta(0)})


async def until(condition: Callable[[], Awaitable[Any]], within: float = PATIENCE) -> Any:
    """Wait for what must come to pass; returns it."""
    deadline = time.monotonic() + within
    while not (found := await condition()):
        assert time.monotonic() < deadline, f"not within {within} s: {condition}"
        await asyncio.sleep(0.02)
    return found


class World:
    """Processes on one bus, each with its own store, which outlives it."""

    def __init__(self, open_database: OpenDatabase, server: NatsServer, municipality: Municipality) -> None:
        self.open_database, self.server, self.municipality = open_database, server, municipality
        self.running: list[Process] = []
        self.clients: list[Client] = []

    def store(self, name: str) -> Database:
        """Another view of a service's store, migrated."""
        database = self.open_database(name)
        migrate(database, "tests.shared.messaging.probe")
        return database

    async def provision(self) -> None:
        await ensure_stream(await self.client(), STREAM_BYTES)

    async def limit_stream(self, max_bytes: int) -> None:
        """As an operator would, whose disk is small."""
        client = await self.client()
        have = (await api(client, f"STREAM.INFO.{STREAM}"))["config"]
        await api(client, f"STREAM.UPDATE.{STREAM}", have | {"max_bytes": max_bytes})

    def configure(self, line: str) -> Callable[[], None]:
        """Restart the server with one more line in its configuration; returns what restarts it without."""
        config = self.server.directory / "nats-server.conf"
        before = config.read_text()

        def restart(text: str) -> None:
            self.server.stop()
            config.write_text(text)
            self.server.start()

        restart(f"{before}\n{line}\n")
        return lambda: restart(before)

    async def client(self) -> Client:
        """A plain NATS client."""
        client = await nats.connect(self.server.url, reconnect_time_wait=0.1, max_reconnect_attempts=-1)
        self.clients.append(client)
        return client

    async def publish(self, *messages: tuple[str, bytes]) -> None:
        """Put messages into the stream as they are, in this order, whatever they are."""
        client = await self.client()
        for subject, payload in messages:
            answer = json.loads((await client.request(subject, payload, timeout=PATIENCE)).data)
            assert "seq" in answer, answer

    async def start(
        self,
        name: str,
        handlers: Mapping[type[EventData], EventHandler] | None = None,
        questions: tuple[Answerer[Any, Any], ...] = (),
        due: tuple[Timer, ...] = (),
        clock: Clock = utc_now,
    ) -> Process:
        publishes = PUBLISHED if name == OWNER else ()
        service = Service(
            name=name,
            port=1,
            title=name,
            handlers=handlers or {},
            publishes=publishes,
            questions=questions,
            timers=due,
        )
        bus = Bus(self.server.url, name)
        process = Process(service, self.store(name), self.municipality, bus, clock)
        self.running.append(process)
        await process.start()
        return process

    async def owner(self) -> Process:
        return await self.start(OWNER)

    async def follower(
        self, handlers: Mapping[type[EventData], EventHandler] = WRITES_DOWN, name: str = FOLLOWER
    ) -> Process:
        return await self.start(name, handlers)

    async def stop(self, process: Process) -> None:
        self.running.remove(process)
        await process.stop()

    async def outlive(self, process: Process) -> None:
        """Kill it, and let its lease run out."""
        store = process.service.name
        await self.kill(process)
        run_out = update(lease.leases).values(expires_at=0.0)
        await self.open_database(store).write(lambda c: c.execute(run_out))

    async def kill(self, process: Process) -> None:
        """As SIGKILL would: nothing is released, drained or told to anybody."""
        self.running.remove(process)

        async def released(*_held: object) -> None: ...

        process.leader._release = released  # type: ignore[method-assign, assignment]
        process.bus.broker.stop = released  # type: ignore[method-assign, assignment]
        await process.stop()

    async def close(self) -> None:
        for process in self.running:
            await process.stop()
        for client in self.clients:
            await client.close()


@pytest.fixture
async def world(
    open_database: OpenDatabase, own_nats_server: NatsServer, municipality: Municipality
) -> AsyncIterator[World]:
    world = World(open_database, own_nats_server, municipality)
    await world.provision()
    yield world
    await world.close()


def record(*events: NewEvent) -> Callable[[Transaction], None]:
    """A command that does nothing but record."""
    return lambda tx: tx.record(events)


async def say(process: Process, *events: NewEvent) -> None:
    """One command with these events."""
    await process.transactions.run(record(*events), Cause("said-in-a-test"))


async def effects(process: Process) -> list[tuple[str, int]]:
    return await process.database.read(effects_of)


async def has_effects(process: Process, count: int) -> bool:
    """Whether exactly so much was handled."""
    return await process.database.read(count_effects) == count


async def everything_published(process: Process) -> bool:
    waiting = text("SELECT count(*) FROM outbox WHERE published_at IS NULL")
    return await process.database.read(lambda c: c.execute(waiting).scalar()) == 0


async def figure(process: Process, name: str) -> float:
    for line in generate_latest(process.metrics.registry).decode().splitlines():
        if line.startswith(f"{name} "):
            return float(line.rsplit(" ", 1)[1])
    raise AssertionError(name)


async def rows(process: Process, statement: str) -> list[tuple[Any, ...]]:
    """What a query finds in a process's store."""

    def work(connection: Connection) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.execute(text(statement))]

    return await process.database.read(work)


async def parked_rows(process: Process, closed: bool = False) -> list[tuple[Any, ...]]:
    """Subject, sequence and reason of what lies aside."""
    which = f"closed_at IS {'NOT NULL' if closed else 'NULL'}"
    found = f"SELECT subject, sequence, reason FROM parked WHERE {which} ORDER BY subject, sequence, id"
    return await rows(process, found)


async def operate(
    process: Process, action: str, within: float = PATIENCE, **arguments: Any
) -> tuple[bool, str]:
    """What an operator asks, and the report: whether it succeeded, and the words."""
    asked = await process.database.write(
        lambda c: desk.ask(c, action, arguments, datetime(2021, 7, 1, tzinfo=UTC))
    )

    async def done() -> Any:
        row = await process.database.read(lambda c: desk.answer(c, asked))
        return row if row.done_at else None

    row = await until(done, within)
    return row.succeeded == "yes", row.report


async def stream_state(client: Client) -> dict[str, Any]:
    return dict((await api(client, f"STREAM.INFO.{STREAM}"))["state"])


def per_subject(found: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    by: dict[str, list[int]] = {}
    for subject, sequence in found:
        by.setdefault(subject, []).append(sequence)
    return by
