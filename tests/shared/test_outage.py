# SPDX-License-Identifier: EUPL-1.2
"""What counts as an outage, and what left nothing behind and can run again."""

import sqlite3
import time
from pathlib import Path

import psycopg.errors
import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from shared.outage import is_outage, left_nothing
from shared.sqlite import sqlite_url
from shared.store import Database

tables = MetaData()
note = Table("note", tables, Column("id", Integer, primary_key=True))
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def store(database: Database) -> Database:
    tables.create_all(database.engine)
    return database


def count(connection: Connection) -> int:
    return len(connection.execute(select(note.c.id)).all())


def add(connection: Connection, *numbers: int) -> None:
    connection.execute(insert(note), [{"id": number} for number in numbers])


async def raised(store: Database, statement: str) -> BaseException:
    with pytest.raises(DBAPIError) as caught:
        await store.write(lambda c: c.execute(text(statement)))
    return caught.value


async def test_wrong_work_is_no_outage(store: Database) -> None:
    await store.write(lambda c: add(c, 1))
    twice = await raised(store, "INSERT INTO note (id) VALUES (1)")
    assert isinstance(twice, IntegrityError)
    assert not is_outage(twice)
    missing = await raised(store, "SELECT * FROM nothing")
    assert isinstance(missing, OperationalError | ProgrammingError)
    assert not is_outage(missing)
    assert not is_outage(ValueError("no"))


@on_sqlite
async def test_a_locked_or_read_only_file_is_an_outage(store: Database) -> None:
    await store.write(lambda c: c.exec_driver_sql("PRAGMA busy_timeout = 50"))
    path = Path(str(store.engine.url.database))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError) as locked:
        await store.write(lambda c: add(c, 1))
    assert is_outage(locked.value)
    other.execute("ROLLBACK")
    await store.write(lambda c: c.exec_driver_sql("PRAGMA query_only = on"))
    with pytest.raises(OperationalError) as read_only:
        await store.write(lambda c: add(c, 1))
    assert is_outage(read_only.value)


@on_sqlite
async def test_a_full_disk_is_an_outage(store: Database) -> None:
    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.execute(text("CREATE TABLE more (x)"))

    with pytest.raises(OperationalError) as full:
        await store.write(fill)
    assert is_outage(full.value)


async def test_a_garbled_file_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "probe.sqlite").write_bytes(b"no database at all" * 100)
    store = Database(sqlite_url(tmp_path, "probe"), "probe")
    with pytest.raises(DBAPIError) as garbled:
        await store.read(count)
    assert is_outage(garbled.value)
    store.close()


@on_postgres
async def test_outages_of_postgresql_are_told_by_their_state(store: Database) -> None:
    drop = "SELECT pg_terminate_backend(pg_backend_pid())"
    assert is_outage(await raised(store, drop))
    assert is_outage(await raised(store, "SET TRANSACTION READ ONLY; INSERT INTO note (id) VALUES (1)"))
    assert is_outage(await raised(store, "SET LOCAL statement_timeout = 10; SELECT pg_sleep(1)"))
    await store.write(lambda c: c.exec_driver_sql("CREATE TABLE long (words text)"))
    await store.write(lambda c: c.exec_driver_sql("CREATE INDEX ON long (words)"))
    noise = "INSERT INTO long SELECT string_agg(md5(n::text), '') FROM generate_series(1, 500) n"
    limit = await raised(store, noise)
    assert isinstance(limit.orig, psycopg.errors.ProgramLimitExceeded)  # type: ignore[attr-defined]
    assert isinstance(limit, OperationalError)
    assert not is_outage(limit)


def test_a_store_that_cannot_be_reached_is_an_outage() -> None:
    store = Database("postgresql://nobody@127.0.0.1:1/nothing", "probe")
    with pytest.raises(OperationalError) as away, store.engine.begin():
        pass
    assert is_outage(away.value)
    store.close()


def idle_for_too_long(connection: Connection) -> None:
    """As a thread is that waits five seconds for a processor, in its transaction."""
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 50")
    me = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    alive = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :me")
    with connection.engine.connect() as other:
        while other.execute(alive, {"me": me}).scalar_one():
            other.rollback()  # within one transaction it would see the same sessions again
            time.sleep(0.05)


@on_postgres
@pytest.mark.parametrize(
    ("numbers", "reason"),
    [((1,), "idle-in-transaction timeout"), ((1, 2), "server closed the connection unexpectedly")],
)
async def test_a_session_that_was_idle_for_too_long_left_nothing(
    store: Database, numbers: tuple[int, ...], reason: str
) -> None:
    """Several rows go through psycopg's pipeline, which hides why the connection is lost."""

    def work(connection: Connection) -> None:
        add(connection, 0)
        idle_for_too_long(connection)
        add(connection, *numbers)

    with pytest.raises(DBAPIError, match=reason) as lost:
        await store.write(work)
    assert is_outage(lost.value)
    assert left_nothing(lost.value)
    assert await store.read(count) == 0


@on_postgres
async def test_idle_before_the_commit_left_nothing(store: Database) -> None:
    def work(connection: Connection) -> None:
        add(connection, 1, 2)
        idle_for_too_long(connection)

    with pytest.raises(DBAPIError, match="idle-in-transaction timeout") as lost:
        await store.write(work)
    assert left_nothing(lost.value)
    assert await store.read(count) == 0


@on_postgres
async def test_a_reader_whose_connection_was_lost_reads_again(store: Database) -> None:
    await store.write(lambda c: add(c, 1))
    times: list[int] = []

    def work(connection: Connection) -> int:
        times.append(count(connection))
        if len(times) == 1:
            idle_for_too_long(connection)
        return count(connection)

    assert await store.read(work) == 1
    assert times == [1, 1]


async def test_wrong_work_does_not_run_again(store: Database) -> None:
    await store.write(lambda c: add(c, 1))
    twice = await raised(store, "INSERT INTO note (id) VALUES (1)")
    assert isinstance(twice, DBAPIError)
    assert not left_nothing(twice)
