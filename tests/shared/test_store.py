# SPDX-License-Identifier: EUPL-1.2
"""One service's store: transactions, snapshots, and time with its zone."""

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from shared.sqlite import sqlite_url
from shared.store import IDLE_TIMEOUT as AS_INSTALLED  # the tests are more patient
from shared.store import Database, Utc
from tests.conftest import PATIENCE, stay_in

tables = MetaData()
note = Table("note", tables, Column("id", Integer, primary_key=True), Column("at", Utc))
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def store(database: Database) -> Database:
    tables.create_all(database.engine)
    return database


def count(connection: Connection) -> int:
    return len(connection.execute(select(note.c.id)).all())


def add(connection: Connection, number: int) -> None:
    connection.execute(insert(note).values(id=number))


async def test_a_write_is_whole_or_not_at_all(store: Database) -> None:
    def fails(connection: Connection) -> None:
        add(connection, 1)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.write(fails)
    assert await store.read(count) == 0
    await store.write(lambda c: add(c, 1))
    assert await store.read(count) == 1


async def test_the_work_of_a_cancelled_task_is_whole_or_not_at_all(store: Database) -> None:
    """Its thread cannot be stopped; what has not begun does not begin."""
    inside, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        add(connection, 1)
        inside.set()
        stay_in(connection, go_on)
        add(connection, 2)

    task = asyncio.create_task(store.write(slow))
    while not inside.is_set():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    deadline = time.monotonic() + PATIENCE
    while await store.read(count) == 0 and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert await store.read(count) == 2


@on_sqlite
async def test_writers_of_sqlite_come_first_served(store: Database) -> None:
    order: list[int] = []

    def work(number: int, connection: Connection) -> None:
        add(connection, number)
        order.append(number)

    await asyncio.gather(*(store.write(lambda c, n=n: work(n, c)) for n in range(200)))  # type: ignore[misc]
    assert order == list(range(200))


@on_sqlite
async def test_a_write_that_reads_first_is_not_overtaken(store: Database) -> None:
    """By another process, such as the command that leaves a request: what was read would be out of date, and
    SQLite refuses the write at once.
    """
    other = Database(str(store.engine.url), "probe")
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def reads_and_writes(connection: Connection) -> None:
        found = count(connection)
        loop.call_soon_threadsafe(begun.set)
        time.sleep(0.3)
        add(connection, found + 1)

    first = asyncio.create_task(store.write(reads_and_writes))
    await begun.wait()
    await other.write(lambda c: add(c, 100))
    await first
    assert await store.read(count) == 2
    other.close()


async def test_a_reader_is_not_kept_by_a_writer(store: Database) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        add(connection, 1)
        inside.set()
        stay_in(connection, go_on)

    writing = asyncio.create_task(store.write(slow))
    while not inside.is_set():
        await asyncio.sleep(0.01)
    assert await store.read(count) == 0
    go_on.set()
    await writing
    assert await store.read(count) == 1


@on_sqlite
async def test_sqlite_keeps_what_it_acknowledged(store: Database) -> None:
    def pragmas(connection: Connection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}

    right = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    assert await store.write(pragmas) == right
    assert await store.read(pragmas) == right


async def test_time_comes_back_in_utc(store: Database) -> None:
    at = datetime(2021, 3, 28, 3, 30, tzinfo=timezone(timedelta(hours=2)))
    await store.write(lambda c: c.execute(insert(note).values(id=1, at=at)))
    (found,) = await store.read(lambda c: c.execute(select(note.c.at)).scalars().all())
    assert found == at
    assert found.tzinfo is UTC
    naive = datetime(2021, 3, 28, 3, 30)  # noqa: DTZ001
    with pytest.raises(StatementError, match="without a zone"):
        await store.write(lambda c: c.execute(insert(note).values(id=2, at=naive)))


@on_postgres
async def test_a_lock_is_not_waited_for_longer_than_five_seconds(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.store.IDLE_TIMEOUT", AS_INSTALLED)
    store = Database(database_url, "probe")
    assert await store.read(lambda c: c.exec_driver_sql("SHOW lock_timeout").scalar()) == "5s"
    idle = "SHOW idle_in_transaction_session_timeout"
    assert await store.read(lambda c: c.exec_driver_sql(idle).scalar()) == "5s"
    store.close()


def test_a_store_that_others_could_read_is_closed(tmp_path: Path) -> None:
    """One that was made before anybody thought of it."""
    path = tmp_path / "garden.sqlite"
    path.touch(0o644)
    database = Database(sqlite_url(tmp_path, "garden"), "garden")
    database.hold()
    assert [each.name for each in tmp_path.iterdir() if each.stat().st_mode & 0o077] == []
    database.close()
