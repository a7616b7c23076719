# SPDX-License-Identifier: EUPL-1.2
"""What the measurements stand on: a real nats-server, a SQLite store, invented events."""

import os
import socket
import sqlite3
import subprocess
import time
import uuid
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import nats
from nats.aio.client import Client
from sqlalchemy import Column, Integer, MetaData, String, Table, insert

from services.suite.bus import prepare_bus
from shared.contracts.budget import GrantReleased
from shared.contracts.envelope import Event, NewEvent
from shared.contracts.initiatives import InitiativeStarted
from shared.messaging.intake import Intake
from shared.messaging.stream import ensure_stream
from shared.messaging.transaction import Cause, Transaction, Transactions
from shared.migrate import migrate
from shared.municipality import Municipality, load_municipality
from shared.settings import load_settings
from shared.sqlite import sqlite_url
from shared.store import Database

T = TypeVar("T")
SUBJECTS = 97  # distinct ones among the events
PAYLOAD = b"x" * 600  # about an event's size
FLOOR = "kernpuls.gm0000.floor.floor.told.v1"
STREAM_BYTES = 3 * 1024**3  # a million events take about one
effects = MetaData()
effect = Table(
    "effect",
    effects,
    Column("id", Integer, primary_key=True),
    Column("subject", String(64), nullable=False),
    Column("number", Integer, nullable=False),
)
INSERT = insert(effect)


@contextmanager
def bus(directory: Path) -> Iterator[str]:
    """A nats-server with file storage that syncs always; its URL."""
    directory.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = prepare_bus(directory / "nats", port, 2 * STREAM_BYTES)
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await_port(port)
        yield f"nats://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_port(port: int) -> None:
    for _ in range(5000):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"nothing listens at port {port}")


def resident(process: int | str) -> float:
    """The memory of a process, in MB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def no_guard(_connection: object) -> None:
    return None


def batches(all_of: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(all_of)
    while some := list(islice(left, size)):
        yield some


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Client]:
    connection = await nats.connect(url, allow_reconnect=False)
    await ensure_stream(connection, STREAM_BYTES)
    yield connection
    await connection.close()


@cache
def municipality() -> Municipality:
    return load_municipality(load_settings().municipality)


def store(directory: Path, name: str) -> Database:
    """The migrated store of a service of the suite, with a table for one countable effect an event."""
    directory.mkdir(exist_ok=True, parents=True)
    database = Database(sqlite_url(directory, name), name)
    migrate(database, f"services.{name}")
    effects.create_all(database.engine)
    return database


def raw(path: Path) -> sqlite3.Connection:
    """A floor's store: the same durability, nothing of ours."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    for statement in (
        "CREATE TABLE version (subject TEXT PRIMARY KEY, last INTEGER)",
        "CREATE TABLE effect (id INTEGER PRIMARY KEY, subject TEXT, number INTEGER)",
        "CREATE TABLE outbox (id INTEGER PRIMARY KEY, event_id TEXT UNIQUE, subject TEXT, payload BLOB)",
    ):
        connection.execute(statement)
    return connection


def four_statements(connection: sqlite3.Connection, subject: str, number: int, payload: bytes) -> None:
    """What any exactly-once handler needs at least: look at the version, act, raise it, tell."""
    connection.execute("SELECT last FROM version WHERE subject = ?", (subject,)).fetchone()
    connection.execute("INSERT INTO effect (subject, number) VALUES (?, ?)", (subject, number))
    connection.execute(
        "INSERT INTO version VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET last = excluded.last",
        (subject, number),
    )
    told = (str(uuid.uuid4()), subject, payload)
    connection.execute("INSERT INTO outbox (event_id, subject, payload) VALUES (?, ?, ?)", told)


def raw_batch(store: sqlite3.Connection, taken: int, count: int) -> None:
    """One durable transaction of so many events."""
    store.execute("BEGIN IMMEDIATE")
    for place in range(taken, taken + count):
        four_statements(store, f"s-{place % SUBJECTS}", place, PAYLOAD)
    store.execute("COMMIT")


def intake(database: Database) -> Intake:
    """Takes events for the service of this store, with the handler below."""
    return Intake(database.service, {InitiativeStarted: handler}, Transactions(database, municipality()))


def handler(event: Event[InitiativeStarted], tx: Transaction) -> list[NewEvent]:
    """The same work as `four_statements`, as a handler of ours does it."""
    tx.connection.execute(INSERT, {"subject": event.subject, "number": event.number})
    released = GrantReleased(
        happened_on=tx.today, kernen=event.data.kernen, actor="system", origin="example",
        initiative_id=event.subject, line="incidental", year=2021, amount_cents=1,
    )  # fmt: skip
    return [NewEvent(f"g-{event.subject}", released)]


def started(place: int, tx: Transaction) -> NewEvent:
    data = InitiativeStarted(happened_on=tx.today, kernen=("ingen",), actor="official", origin="example")
    return NewEvent(f"s-{place % SUBJECTS}", data)


async def write(transactions: Transactions, count: int, begin: int = 0) -> None:
    """Put events into the outbox, 1,000 to a transaction."""
    for start in range(begin, begin + count, 1000):
        places = range(start, min(start + 1000, begin + count))

        def work(tx: Transaction, places: Any = places) -> None:
            tx.record(started(place, tx) for place in places)

        await transactions.run(work, Cause("benchmark"))
