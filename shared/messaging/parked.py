# SPDX-License-Identifier: EUPL-1.2
"""Events that could not be handled yet: retry, gap, unknown type and dead letter in one table.

A subject with an open row is held: its later events wait behind it, every other subject goes on. What
waits behind has no time of its own (`next_at`); it gets one when what lies before it is closed.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    ScalarSelect,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    case,
    func,
    select,
    update,
)

from shared.messaging.decode import DEAD, FOREIGN, UNKNOWN, Incoming
from shared.messaging.versions import CHUNK, Aggregate
from shared.store import BigId, Utc, plumbing, storable, upsert

RETRY, CONSUMER = "retry", "consumer"  # who closes a row when no person does
FAILED, BEHIND, GAP = "failed", "behind", "gap"
# After these waits a failing event is dead: it still holds its subject, and a person decides.
RETRY_AFTER = tuple(timedelta(seconds=s) for s in (1, 5, 30, 120, 600, 1800, 3600, 7200))

parked = Table(
    "parked",
    plumbing,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("event_id", String(80), nullable=False),
    Column("source", String(100), nullable=False),  # empty where there is none to be believed
    Column("subject", String(64)),
    Column("sequence", BigId),
    Column("event_type", String(200), nullable=False),
    Column("nats_subject", String(200), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("headers", Text),
    Column("reason", String(10), nullable=False),
    Column("error", Text),
    Column("traceback", Text),
    Column("attempts", Integer, nullable=False),
    Column("parked_at", Utc, nullable=False),
    Column("next_at", Utc),
    Column("closed_at", Utc),
    Column("closed_by", String(64)),
    Column("note", Text),
    UniqueConstraint("source", "event_id", name="parked_event"),
    sqlite_autoincrement=True,
)
_OPEN = parked.c.closed_at.is_(None)
Index("parked_open", parked.c.subject, parked.c.sequence, postgresql_where=_OPEN, sqlite_where=_OPEN)
Index("parked_due", parked.c.next_at, postgresql_where=_OPEN, sqlite_where=_OPEN)
_WAITS = and_(parked.c.reason == BEHIND, parked.c.next_at.is_(None))
LOOK_AGAIN = {UNKNOWN: timedelta(seconds=30), GAP: timedelta(seconds=5)}
_FIRST_LOOK = {FAILED: RETRY_AFTER[0], UNKNOWN: LOOK_AGAIN[UNKNOWN], GAP: timedelta(0)}


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


def add(connection: Connection, parkings: Iterable[Parking], now: datetime) -> None:
    """Put events aside. One that lies there already is left as it is; one that was closed is opened again."""
    if rows := [_row(parking, now) for parking in parkings]:
        connection.execute(_ADD[connection.dialect.name], rows)


_NEW = ("payload", "headers", "reason", "error", "traceback", "attempts", "parked_at", "next_at")
_ADD = upsert(
    parked,
    ["source", "event_id"],
    lambda new: {name: new[name] for name in _NEW} | {"closed_at": None},
    where=~_OPEN & parked.c.subject.is_not(None),
)


def _row(parking: Parking, now: datetime) -> dict[str, Any]:
    incoming, aggregate = parking.incoming, parking.incoming.aggregate
    return {
        "event_id": incoming.event_id or "sha256:" + hashlib.sha256(incoming.payload).hexdigest(),
        "source": aggregate.source if aggregate else "",
        "subject": aggregate.subject if aggregate else None,
        "sequence": incoming.sequence if aggregate else None,
        "event_type": incoming.event_type,
        "nats_subject": storable(incoming.nats_subject)[:200],
        "payload": incoming.payload,
        "headers": json.dumps(incoming.headers) if incoming.headers else None,  # {} when there are none in it
        "reason": parking.reason,
        "error": parking.error and storable(parking.error),
        "traceback": parking.traceback and storable(parking.traceback),
        "attempts": 1 if parking.reason == FAILED else 0,
        "parked_at": now,
        "next_at": None if (wait := _FIRST_LOOK.get(parking.reason)) is None else now + wait,
    }


def heads(connection: Connection, subjects: Iterable[Aggregate]) -> dict[Aggregate, Head]:
    """Which of these aggregates are held, and by what."""
    wanted = sorted({aggregate.subject for aggregate in subjects})
    found: dict[Aggregate, Head] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = connection.execute(
            select(parked.c.id, parked.c.source, parked.c.subject, parked.c.sequence, parked.c.reason)
            .where(_OPEN, ~_WAITS, parked.c.subject.in_(wanted[start : start + CHUNK]))
            .order_by(parked.c.sequence.desc(), parked.c.id.desc())
        )
        for row in rows:  # descending, so that the first in line is written last
            found[Aggregate(row.source, row.subject)] = Head(row.id, row.sequence, row.reason)
    return found


def next_due(connection: Connection, now: datetime) -> Row[Any] | None:
    """The row whose time came first; what is dead waits for a person, what is behind for those before it.

    A time further off than what it waits for is of a clock that was set back since: its subject would be
    held so much longer.
    """
    least = max(LOOK_AGAIN.values())  # whatever failed before may also wait for a gap
    waits = {tried: now + max(wait, least) for tried, wait in enumerate(RETRY_AFTER, 1)}
    too_far = parked.c.next_at > case(waits, value=parked.c.attempts, else_=now + least)
    its_time = (parked.c.next_at <= now) | ((parked.c.next_at > now + least) & too_far)
    events = parked.c.subject.is_not(None)  # items of a loop are tried again by that loop
    due = select(parked).where(_OPEN, events, its_time).order_by(parked.c.next_at, parked.c.id)
    return connection.execute(due.limit(1)).one_or_none()


def oldest_gap(connection: Connection) -> datetime | None:
    """Since when the longest waiting gap is open."""
    gap = select(func.min(parked.c.parked_at)).where(_OPEN, parked.c.reason == GAP)
    return cast("datetime | None", connection.execute(gap).scalar_one())


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


def given_up(connection: Connection) -> dict[Aggregate, set[int]]:
    """The sequences that people discarded. They count as taken wherever a history is gone through anew."""
    rows = connection.execute(
        select(parked.c.source, parked.c.subject, parked.c.sequence).where(
            ~_OPEN, parked.c.subject.is_not(None), parked.c.closed_by.not_in((RETRY, CONSUMER))
        )
    )
    found: dict[Aggregate, set[int]] = {}
    for source, subject, sequence in rows:
        found.setdefault(Aggregate(source, subject), set()).add(sequence)
    return found


def close(connection: Connection, row_id: int, by: str, note: str | None, now: datetime) -> None:
    """The row stays, with who closed it and why; it is the turn of the one behind it."""
    closed = {"closed_at": now, "closed_by": by[:64], "note": note, "next_at": None}
    connection.execute(update(parked).where(parked.c.id == row_id).values(closed))
    gone = parked.alias()
    following = (
        select(parked.c.id)
        .join(gone, and_(gone.c.source == parked.c.source, gone.c.subject == parked.c.subject))
        .where(gone.c.id == row_id, _OPEN)
        .order_by(parked.c.sequence, parked.c.id)
        .limit(1)
    )
    wake(connection, following.scalar_subquery(), now)


def wake(connection: Connection, row_id: int | ScalarSelect[int], now: datetime) -> None:
    """What this row waited for is there. One that failed keeps its time."""
    waiting = parked.c.reason.in_((BEHIND, GAP))
    connection.execute(update(parked).where(parked.c.id == row_id, waiting).values(next_at=now))


def postpone(connection: Connection, row_id: int, reason: str, next_at: datetime | None) -> None:
    connection.execute(update(parked).where(parked.c.id == row_id).values(reason=reason, next_at=next_at))


def keep(connection: Connection, row: Row[Any], parking: Parking, now: datetime) -> None:
    """It lies aside still; after the last attempt it is dead, and waits for a person."""
    reason, wait, attempts = parking.reason, LOOK_AGAIN.get(parking.reason), row.attempts
    if reason == FAILED:
        attempts += 1
        reason, wait = (DEAD, None) if attempts > len(RETRY_AFTER) else (FAILED, RETRY_AFTER[attempts - 1])
    again = {
        "reason": reason,
        "error": parking.error and storable(parking.error),
        "traceback": parking.traceback and storable(parking.traceback),
        "attempts": attempts,
        "next_at": None if wait is None else now + wait,
    }
    connection.execute(update(parked).where(parked.c.id == row.id).values(again))


def forget(connection: Connection, before: datetime) -> None:
    """Empty what was closed before a moment: an error may quote anything. That it was there stays known."""
    emptied = update(parked).where(parked.c.closed_at < before, parked.c.payload != b"")
    connection.execute(emptied.values(payload=b"", headers=None, error=None, traceback=None))


def counts(connection: Connection) -> dict[str, int]:
    """Open rows by reason, for the figures."""
    rows = connection.execute(
        select(parked.c.reason, func.count().label("open")).where(_OPEN).group_by(parked.c.reason)
    )
    return dict.fromkeys((FAILED, BEHIND, GAP, UNKNOWN, DEAD, FOREIGN), 0) | {
        row.reason: row.open for row in rows
    }
