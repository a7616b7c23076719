"""Events that could not be handled yet: retry, gap, unknown type and dead letter in one table.

A subject with an open row is held: its later events wait behind it, every other subject goes on.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    and_,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from shared.messaging.decode import DEAD, UNKNOWN, Incoming
from shared.messaging.versions import CHUNK, Aggregate
from shared.store import BigId, Utc, plumbing

FAILED, BEHIND, GAP = "failed", "behind", "gap"
# After these waits a failing event is dead: it still holds its subject, and a person decides.
RETRY_AFTER = tuple(timedelta(seconds=s) for s in (1, 5, 30, 120, 600, 1800, 3600, 7200))

parked = Table(
    "parked",
    plumbing,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("event_id", String(80), nullable=False, unique=True),
    Column("source", String(100)),
    Column("subject", String(64)),
    Column("sequence", BigId),
    Column("event_type", String(200), nullable=False),
    Column("nats_subject", String(200), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("reason", String(10), nullable=False),
    Column("error", Text),
    Column("traceback", Text),
    Column("attempts", Integer, nullable=False),
    Column("parked_at", Utc, nullable=False),
    Column("next_at", Utc),
    Column("closed_at", Utc),
    Column("closed_by", String(64)),
    Column("note", Text),
    sqlite_autoincrement=True,
)
_OPEN = parked.c.closed_at.is_(None)
Index("parked_open", parked.c.subject, parked.c.sequence, postgresql_where=_OPEN, sqlite_where=_OPEN)


@dataclass(frozen=True)
class Parking:
    """Why one event is put aside."""

    incoming: Incoming
    reason: str
    error: str | None = None
    traceback: str | None = None


@dataclass(frozen=True)
class Head:
    """The open row of a subject that comes first; the others wait behind it."""

    id: int
    sequence: int
    reason: str


def add(connection: Connection, parkings: Iterable[Parking], now: datetime) -> int:
    """Put events aside; one that already lies there is left as it is. Returns how many are new."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    rows = [_row(parking, now) for parking in parkings]
    added = 0
    for row in rows:
        insert = dialect.insert(parked).values(row).on_conflict_do_nothing(index_elements=["event_id"])
        added += connection.execute(insert).rowcount
    return added


def _row(parking: Parking, now: datetime) -> dict[str, Any]:
    incoming, aggregate = parking.incoming, parking.incoming.aggregate
    waits = {FAILED: RETRY_AFTER[0], DEAD: None}.get(parking.reason, timedelta(0))
    return {
        "event_id": incoming.event_id or "sha256:" + hashlib.sha256(incoming.payload).hexdigest(),
        "source": aggregate.source if aggregate else None,
        "subject": aggregate.subject if aggregate else None,
        "sequence": incoming.sequence if aggregate else None,
        "event_type": incoming.event_type,
        "nats_subject": incoming.nats_subject[:200],
        "payload": incoming.payload,
        "reason": parking.reason,
        "error": parking.error,
        "traceback": parking.traceback,
        "attempts": 1 if parking.reason == FAILED else 0,
        "parked_at": now,
        "next_at": None if waits is None else now + waits,
    }


def heads(connection: Connection, subjects: Iterable[Aggregate]) -> dict[Aggregate, Head]:
    """Which of these aggregates are held, and by what."""
    wanted = sorted({aggregate.subject for aggregate in subjects})
    found: dict[Aggregate, Head] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = connection.execute(
            select(parked.c.id, parked.c.source, parked.c.subject, parked.c.sequence, parked.c.reason)
            .where(_OPEN, parked.c.subject.in_(wanted[start : start + CHUNK]))
            .order_by(parked.c.sequence.desc(), parked.c.id.desc())
        )
        for row in rows:  # descending, so that the first in line is written last
            found[Aggregate(row.source, row.subject)] = Head(row.id, row.sequence, row.reason)
    return found


def next_due(connection: Connection, now: datetime) -> Row[Any] | None:
    """The longest waiting first-in-line row whose time has come; rows that are dead wait for a person."""
    earlier = parked.alias()
    first_in_line = (
        ~select(earlier.c.id)
        .where(
            earlier.c.closed_at.is_(None),
            earlier.c.subject == parked.c.subject,
            earlier.c.source == parked.c.source,
            (earlier.c.sequence < parked.c.sequence)
            | and_(earlier.c.sequence == parked.c.sequence, earlier.c.id < parked.c.id),
        )
        .exists()
    )
    due = select(parked).where(_OPEN, parked.c.next_at <= now, first_in_line)
    return connection.execute(due.order_by(parked.c.next_at, parked.c.id).limit(1)).one_or_none()


def by_id(connection: Connection, row_id: int) -> Row[Any] | None:
    return connection.execute(select(parked).where(parked.c.id == row_id)).one_or_none()


def listed(connection: Connection, closed: bool = False) -> list[Row[Any]]:
    """Open rows by subject and sequence (or the closed ones, newest first)."""
    if closed:
        return list(
            connection.execute(select(parked).where(~_OPEN).order_by(parked.c.closed_at.desc()).limit(200))
        )
    in_order = select(parked).where(_OPEN).order_by(parked.c.subject, parked.c.sequence, parked.c.id)
    return list(connection.execute(in_order))


def close(connection: Connection, row_id: int, by: str, note: str | None, now: datetime) -> None:
    """The row stays, with who closed it and why."""
    connection.execute(
        update(parked)
        .where(parked.c.id == row_id)
        .values(closed_at=now, closed_by=by, note=note, next_at=None)
    )


def postpone(connection: Connection, row_id: int, reason: str, next_at: datetime | None) -> None:
    connection.execute(update(parked).where(parked.c.id == row_id).values(reason=reason, next_at=next_at))


def failed_again(connection: Connection, row: Row[Any], error: str, traceback: str, now: datetime) -> str:
    """One more attempt failed; after the last one the event is dead. Returns the row's reason now."""
    attempts = row.attempts + 1
    reason, next_at = FAILED, None
    if attempts > len(RETRY_AFTER):
        reason = DEAD
    else:
        next_at = now + RETRY_AFTER[attempts - 1]
    connection.execute(
        update(parked)
        .where(parked.c.id == row.id)
        .values(reason=reason, error=error, traceback=traceback, attempts=attempts, next_at=next_at)
    )
    return reason


def counts(connection: Connection) -> dict[str, int]:
    """Open rows by reason, for the figures."""
    rows = connection.execute(
        select(parked.c.reason, func.count().label("open")).where(_OPEN).group_by(parked.c.reason)
    )
    return dict.fromkeys((FAILED, BEHIND, GAP, UNKNOWN, DEAD), 0) | {row.reason: row.open for row in rows}
