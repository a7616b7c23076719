# SPDX-License-Identifier: EUPL-1.2
"""Loops in which one item that fails stops no other.

What fails is parked as events are: it costs the item an attempt, is tried again later each time, and is dead
after the last attempt. So `kernpuls parked` shows it, has it tried again and gives it up, and the alerts on
parked events are about it too. An item is known by an id that means nothing to others, as it is logged.
"""

import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Row, delete, select

from shared.contracts.envelope import NewEvent
from shared.messaging.decode import Incoming
from shared.messaging.parked import FAILED, RETRY, RETRY_AFTER, Parking, add, close, keep, parked
from shared.messaging.transaction import Transaction
from shared.outage import is_outage

T = TypeVar("T")
LOOP = "loop."  # before the name of the loop, where an event has its type
CHUNK = 500  # ids in one query

log = structlog.get_logger()


@dataclass(frozen=True)
class ForEach:
    """A timer that does one thing for each item that is due.

    `due` returns the ids of some of what is due, but for those it is given. `do` does it for one of them,
    after which that one is not due any more.
    """

    name: str
    due: Callable[[Transaction, frozenset[str]], Sequence[str]]
    do: Callable[[str, Transaction], Sequence[NewEvent]]

    @property
    def __name__(self) -> str:
        return self.name

    def __call__(self, tx: Transaction) -> list[NewEvent]:
        """Do a part of what is due."""
        return [event for item in self.found(tx) for event in self.one(item, tx)]

    def found(self, tx: Transaction) -> list[str]:
        """Some of what is due, but for what waits to be tried again, and what was given up."""
        parked_items = failing(tx.connection, self.name)
        but = {item for item, row in parked_items.items() if _waits(row, tx.now)}
        while due := self.due(tx, frozenset(but)):
            gone = _given_up(tx.connection, self.name, due)
            if left := [item for item in due if item not in gone]:
                return left
            but |= gone
        return []

    def one(self, item: str, tx: Transaction) -> Sequence[NewEvent]:
        """Do it for one; if that failed before, it is over now."""
        events = self.do(item, tx)
        if row := failing(tx.connection, self.name).get(item):
            close(tx.connection, row.id, RETRY, None, tx.now)
        return events


def each_alone(
    tx: Transaction,
    loop: str,
    items: Iterable[T],
    id_of: Callable[[T], str],
    work: Callable[[T], Sequence[NewEvent]],
) -> list[NewEvent]:
    """Do something with each, in a savepoint of its own: of one that fails nothing is left but the log."""
    events: list[NewEvent] = []
    for item in items:
        try:
            with tx.connection.begin_nested():
                events += work(item)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("items.left-out", loop=loop, item=id_of(item))
    return events


def fail(
    connection: Connection, loop: str, item: str, error: Exception, now: datetime, payload: bytes = b""
) -> None:
    """An attempt of this item failed. Kept without the error's text, which may quote anything."""
    incoming = Incoming(payload, item, event_id=_key(loop, item), event_type=LOOP + loop)
    where = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    parking = Parking(incoming, FAILED, type(error).__name__, where)
    row = failing(connection, loop).get(item)
    if row:
        keep(connection, row, parking, now)
    else:
        connection.execute(delete(parked).where(parked.c.event_id == incoming.event_id))
        add(connection, [parking], now)
    log.error("items.failed", loop=loop, item=item, attempts=row.attempts + 1 if row else 1, exc_info=error)


def failing(connection: Connection, loop: str) -> dict[str, Row[Any]]:
    """The open rows of a loop, by item. They have no subject, as events have: those are few."""
    rows = connection.execute(
        select(parked).where(
            parked.c.closed_at.is_(None), parked.c.subject.is_(None), parked.c.event_type == LOOP + loop
        )
    )
    return {row.nats_subject: row for row in rows}


def _waits(row: Row[Any], now: datetime) -> bool:
    """A time that is further off than the longest wait is of a clock that was set back since."""
    return row.next_at is None or now < row.next_at <= now + RETRY_AFTER[-1]


def _given_up(connection: Connection, loop: str, items: Sequence[str]) -> set[str]:
    """Those of which a person said that they need not be done."""
    found: set[str] = set()
    for start in range(0, len(items), CHUNK):
        keys = [_key(loop, item) for item in items[start : start + CHUNK]]
        closed = parked.c.closed_at.is_not(None) & (parked.c.closed_by != RETRY)
        rows = connection.execute(select(parked.c.nats_subject).where(parked.c.event_id.in_(keys), closed))
        found.update(rows.scalars())
    return found


def _key(loop: str, item: str) -> str:
    return "item:" + sha256(f"{loop} {item}".encode()).hexdigest()
