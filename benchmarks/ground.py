# SPDX-License-Identifier: EUPL-1.2
"""What the measurements stand on: a real nats-server, a SQLite store, invented events."""

import socket
import sqlite3
import subprocess
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client
from sqlalchemy import Column, Integer, MetaData, String, Table, insert

from services.suite.bus import prepare_bus
from shared.contracts.budget import GrantReleased
from shared.contracts.envelope import Event, NewEvent
from shared.contracts.initiatives import InitiativeStarted
from shared.messaging.stream import ensure_stream
from shared.messaging.transaction import Cause, Transaction, Transactions
from shared.migrate import migrate
from shared.municipality import Municipality, load_municipality
from shared.settings import load_settings
from shared.store import Database, sqlite_url

KERNEN = 97  # distinct subjects among the events
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = prepare_bus(directory / "nats", port, 2 * 1024**3)
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await_port(port)
        yield f"nats://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _await_port(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("nats-server did not start")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Client]:
    connection = await nats.connect(url, allow_reconnect=False)
    await ensure_stream(connection, 1024**3)
    yield connection
    await connection.close()


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
    return NewEvent(f"s-{place % KERNEN}", data)


async def write(transactions: Transactions, count: int, begin: int = 0) -> None:
    """Put events into the outbox, 1,000 to a transaction."""
    for start in range(begin, begin + count, 1000):
        places = range(start, min(start + 1000, begin + count))

        def work(tx: Transaction, places: Any = places) -> None:
            tx.record(started(place, tx) for place in places)

        await transactions.run(work, Cause("benchmark"))
