# SPDX-License-Identifier: EUPL-1.2
"""A service's store in memory, whose work runs inline in the loop: no threads, so no chance.

The statements are the real ones, on a real SQLite. The lease follows PostgreSQL's rule (two instances, the
one that lost it is refused), on a clock of the store's own.
"""

import sqlite3
from collections.abc import Callable
from functools import cache
from types import CodeType, FunctionType
from typing import Any, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from shared.migrate import migrate
from shared.store import Database, _sqlite
from tests.campaigns.simulation.loop import Node, VirtualLoop

T = TypeVar("T")
# What only the leader's transactions do.
NO_NEWS = ("BEGIN", "SELECT", "UPDATE lease", "INSERT INTO lease")
OF_THE_LEADER = ("UPDATE outbox", "INSERT INTO version", "INSERT INTO parked", "UPDATE parked")


class Death(BaseException):
    """The process died here; what it was doing is rolled back."""


class Store:
    """What outlives the processes. Kept from seed to seed: only the content begins anew."""

    def __init__(self, service: str, package: str) -> None:
        self.service = service
        self.engine = _sqlite("sqlite://")
        self.reader = self.engine.execution_options(kernpuls_begin="BEGIN")
        raw = self.engine.raw_connection()
        self.raw: sqlite3.Connection = raw.driver_connection  # type: ignore[assignment]
        self.clock: Callable[[], float] = lambda: 0.0
        self.raw.create_function("simulated_now", 0, lambda: self.clock())
        raw.close()
        self.writing, self.reading = self.engine.connect(), self.reader.connect()
        self.touched, self.breaks_after = False, 0
        self.answers: dict[CodeType, Any] = {}
        event.listen(self.engine, "after_cursor_execute", self._executed)
        empty = Database("sqlite://", service)
        empty.engine, empty.reader = self.engine, self.reader
        migrate(empty, package)
        self.empty = self.raw.serialize()

    def _executed(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.touched = self.touched or statement.startswith(OF_THE_LEADER)
        if self.breaks_after and statement.startswith(("INSERT", "UPDATE")):
            self.breaks_after -= 1
            if not self.breaks_after:
                raise _away("disk I/O error")
        if not statement.startswith(NO_NEWS):
            self.answers.clear()

    def leader(self) -> str | None:
        """Who holds the lease, if somebody does."""
        held = self.raw.execute("SELECT holder FROM lease WHERE expires_at > simulated_now()").fetchone()
        return held[0] if held else None

    def begin(self, clock: Callable[[], float]) -> None:
        self.raw.deserialize(self.empty)
        self.answers.clear()
        self.clock = clock
        self.fails: Callable[[], str] = lambda: ""
        self.breaks_after = 0  # statements that write, in the transaction to come


@cache
def store(service: str, package: str) -> Store:
    return Store(service, package)


class InlineDatabase(Database):
    """One process's way to its store. Work once begun goes on when who asked for it is cancelled."""

    def __init__(self, store: Store, node: Node, loop: VirtualLoop, zombie: Callable[[Node], None]) -> None:
        self.store, self.node, self.loop, self.zombie = store, node, loop, zombie
        self.holder = ""
        self.service, self.is_sqlite = store.service, True
        self.engine, self.reader = store.engine, store.reader
        self._free_at = 0.0

    def _write(self, work: Callable[[Connection], T]) -> T:
        with self.store.writing.begin():
            return work(self.store.writing)

    def _read(self, work: Callable[[Connection], T]) -> T:
        """What a question of the store alone was answered with stays true until something is written."""
        if (code := _question(work)) is None:
            with self.store.reading.begin():
                return work(self.store.reading)
        answers = self.store.answers
        if code not in answers:
            with self.store.reading.begin():
                answers[code] = work(self.store.reading)
        return answers[code]  # type: ignore[no-any-return]

    async def write(self, work: Callable[[Connection], T]) -> T:
        self._free_at = max(self._free_at, self.loop.now) + self.loop.random.random() * 0.002
        return await self._at(self._free_at, self._write, work)  # type: ignore[no-any-return]

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await self._at(self.loop.now, self._read, work)  # type: ignore[no-any-return]

    async def _at(self, when: float, how: Any, work: Any) -> Any:
        done = self.loop.create_future()
        self.loop.call_at(when, self._run, done, how, work, context=self.node.context)
        return await done

    def _run(self, done: Any, how: Any, work: Any) -> None:
        try:
            if self.node.dead:
                raise Death
            self.store.breaks_after = 0
            fault = self.store.fails()
            if fault == "before":
                raise _away("database is locked")
            self.store.touched = False
            self.store.breaks_after = self.loop.random.randint(1, 6) if fault == "amid" else 0
            result = how(work)
            if self.store.touched and self.store.leader() != self.holder:
                self.zombie(self.node)
            if fault == "after" and how == self._write:
                raise _away("connection lost while committing")
        except BaseException as error:
            if not done.done():
                done.set_exception(error)
        else:
            if not done.done():
                done.set_result(result)


def _question(work: Any) -> CodeType | None:
    """The code of a function that has nothing but the connection to go by: no object, variable or default."""
    if not isinstance(work, FunctionType) or work.__code__.co_freevars or work.__defaults__:
        return None
    return work.__code__


def _away(why: str) -> OperationalError:
    return OperationalError(why, {}, sqlite3.OperationalError(why))
