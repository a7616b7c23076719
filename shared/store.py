# SPDX-License-Identifier: EUPL-1.2
"""One service's own database: SQLite (embedded) or PostgreSQL, the same code on both.

Work is a plain function of a connection, run in a worker thread inside one transaction. Writes on
SQLite queue for one writer thread, first come first served: with 32 writer threads and
`busy_timeout` the slowest waited 6 s (messaging measurements, ADR 0005).
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ExceptionContext,
    Insert,
    Integer,
    MetaData,
    Table,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from shared.errors import OperatorError
from shared.outage import READ_ONLY, left_nothing
from shared.private import close

T = TypeVar("T")
ATTEMPTS = 5  # of a transaction that left nothing behind
POSTGRES_THREADS = 8
BUSY_TIMEOUT = 5000  # milliseconds that a locked SQLite store is waited for
IDLE_TIMEOUT = "5s"  # after which PostgreSQL takes its locks from a process that stopped amid a transaction
plumbing = MetaData()  # the tables that every service has: outbox, versions, parked, lease, idempotency
BigId = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER PRIMARY KEY counts up by itself on SQLite


class StoreError(OperatorError):
    """The database cannot be used; the message says which and what to do."""


class Utc(TypeDecorator[datetime]):
    """An instant in UTC. SQLite drops time zones; without this a naive time would come back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Reads and durable writes of one service.

    `url` is a SQLAlchemy URL. On PostgreSQL the service's tables live in the schema of its name, so
    that one database can hold the whole suite on one machine and five databases can in production.
    """

    def __init__(self, url: str, service: str) -> None:
        self.service = service
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite(url) if self.is_sqlite else _postgres(url, service)
        # One snapshot for all that is read at once: between two statements a rebuild may swap what they read.
        reading = {"kernpuls_begin": "BEGIN"} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self.reader = self.engine.execution_options(**reading)
        self._writers = ThreadPoolExecutor(1 if self.is_sqlite else POSTGRES_THREADS, f"{service}-write")
        self._readers = ThreadPoolExecutor(4 if self.is_sqlite else POSTGRES_THREADS, f"{service}-read")
        self._lock: int | None = None

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` once in one durable transaction; an exception rolls it back."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, self._write, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one consistent snapshot, again if the connection is lost; it must not write."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def _write(self, work: Callable[[Connection], T]) -> T:
        with self.engine.begin() as connection:
            return work(connection)

    def _read(self, work: Callable[[Connection], T]) -> T:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._look(work)
            except DBAPIError as error:
                if not left_nothing(error):
                    raise
        return self._look(work)

    def _look(self, work: Callable[[Connection], T]) -> T:
        with self.reader.connect() as connection:
            return work(connection)

    def hold(self) -> None:
        """Take a SQLite store for this process alone; two instances are a promise on PostgreSQL only."""
        path = self.engine.url.database
        if not self.is_sqlite or not path or path == ":memory:":
            return
        try:
            lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreError(
                f"{path} cannot be used ({error.strerror}). Run kernpuls migrate first, and see that "
                "KERNPULS_DATA_DIR is a directory this user may write in."
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(lock, 32).decode() or "unknown"
            os.close(lock)
            raise StoreError(
                f"{path} is in use by process {holder.strip()}. SQLite serves one process of a service: "
                "stop that one, or set KERNPULS_DATABASE_URL to a PostgreSQL database."
            ) from None
        close(*(Path(f"{path}{end}") for end in ("", "-wal", "-shm")))
        os.truncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        self._lock = lock

    async def tidy(self) -> None:
        """Empty SQLite's log, which holds pages as they were; what is being read waits for the next time."""
        if self.is_sqlite:
            await asyncio.get_running_loop().run_in_executor(self._writers, self._tidy)

    def _tidy(self) -> None:
        # Of its own, so that a long reader does not hold up the commands.
        with closing(sqlite3.connect(str(self.engine.url.database), timeout=0.1)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        self._writers.shutdown()
        self._readers.shutdown()
        self.engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def storable(text: str) -> str:
    """PostgreSQL refuses NUL, and nothing stores half a surrogate pair: an error may quote either."""
    return text.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def upsert(
    table: Table, keys: Sequence[str], change: Callable[[Any], dict[str, Any]], where: Any = None
) -> dict[str, Insert]:
    """Insert, or `change` the row that has these keys given the new one, by the name of the dialect.

    To be built once: putting a statement together costs more than running it.
    """
    fresh: dict[str, Any] = {"sqlite": sqlite.insert(table), "postgresql": postgresql.insert(table)}
    return {
        name: row.on_conflict_do_update(index_elements=keys, set_=change(row.excluded), where=where)
        for name, row in fresh.items()
    }


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, connect_args={"check_same_thread": False, "isolation_level": None}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",  # what was erased is overwritten, not merely marked as free
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # IMMEDIATE: a deferred read that turns into a write fails at once, whatever busy_timeout says.
        begin = connection.get_execution_options().get("kernpuls_begin", "BEGIN IMMEDIATE")
        connection.exec_driver_sql(begin)

    return engine


def _postgres(url: str, service: str) -> Engine:
    if find_spec("psycopg") is None:
        raise StoreError(
            "The driver for PostgreSQL is not installed. Install it with pip install 'kernpuls[postgres]', "
            "or leave KERNPULS_DATABASE_URL out for SQLite."
        )
    limits = f"-clock_timeout=5s -cidle_in_transaction_session_timeout={IDLE_TIMEOUT}"
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=2 * POSTGRES_THREADS,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "options": f"-csearch_path={service} {limits}",
            "application_name": f"kernpuls-{service}",
            "connect_timeout": 5,
        },
    )

    @event.listens_for(engine, "handle_error")
    def _failed(context: ExceptionContext) -> None:
        # A session that began while the database was read-only stays so: the pool would hand it out for ever.
        if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
            context.is_disconnect = True

    return engine
