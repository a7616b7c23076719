# SPDX-License-Identifier: EUPL-1.2
"""New events, written in the transaction of the decision that made them.

Published rows stay: they are the archive from which a lost stream is rebuilt.
"""

from array import array
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    select,
    update,
)

from shared.access.actor import SYSTEM, Actor
from shared.contracts.envelope import (
    MAX_BYTES,
    TYPE_PREFIX,
    WHOLE_MUNICIPALITY,
    NewEvent,
    envelope_of,
    nats_subject,
)
from shared.store import BigId, Utc, plumbing, upsert

# The version of every aggregate this service owns: how many events its subject has.
aggregates = Table(
    "aggregate",
    plumbing,
    Column("subject", String(64), primary_key=True),
    Column("version", BigId, nullable=False),
)
outbox = Table(
    "outbox",
    plumbing,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("event_id", String(64), nullable=False, unique=True),
    Column("nats_subject", String(200), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("sequence", BigId, nullable=False),
    Column("major", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    Column("published_at", Utc),
    Column("stream_sequence", BigId),
    UniqueConstraint("subject", "sequence", "major", name="outbox_sequence"),
    sqlite_autoincrement=True,
)
Index(
    "outbox_unpublished",
    outbox.c.id,
    postgresql_where=outbox.c.published_at.is_(None),
    sqlite_where=outbox.c.published_at.is_(None),
)


AGAIN = "#"  # stands in the message id of an event that is published again


class TooLarge(Exception):
    """An event above 64 KB would never be published; its transaction must not commit."""


@dataclass(frozen=True)
class Origin:
    """What all events of one service share."""

    source: str
    gemeente: str
    schema_base: str


@dataclass(frozen=True)
class Cause:
    """Why a transaction runs: the chain it belongs to, the event that led to it if one did, who asked."""

    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None
    actor: Actor = SYSTEM


@dataclass(frozen=True)
class Entry:
    """One event on its way into the outbox."""

    event: NewEvent
    event_id: str
    recorded_at: datetime
    cause: Cause


@dataclass(frozen=True)
class Unpublished:
    """One row as the relay needs it. `was_at` is where the stream once had it, if it is published again."""

    id: int
    event_id: str
    nats_subject: str
    payload: bytes
    recorded_at: datetime
    was_at: int | None = None

    @property
    def message_id(self) -> str:
        """By which the server knows a second delivery of the same message; the event's own id comes first."""
        return self.event_id if self.was_at is None else f"{self.event_id}{AGAIN}{self.was_at}"


def append(connection: Connection, origin: Origin, entries: list[Entry]) -> None:
    """Give every event the next sequence of its subject and store its bytes."""
    if not entries:
        return
    last = advance(connection, Counter(entry.event.subject for entry in entries))
    rows = []
    for entry in entries:
        subject = entry.event.subject
        last[subject] += 1
        rows.append(_row(origin, entry, last[subject]))
        if twin := _twin_of(entry):
            rows.append(_row(origin, twin, last[subject]))
    connection.execute(_APPEND, rows)


def _twin_of(entry: Entry) -> Entry | None:
    """The older version of an event; its id follows from the newer one's, so that a rerun gives the same."""
    data = entry.event.twin
    if data is None:
        return None
    event_id = str(uuid5(NAMESPACE_OID, f"{entry.event_id} {data.TYPE}"))
    return replace(entry, event=NewEvent(entry.event.subject, data), event_id=event_id)


def advance(connection: Connection, counts: Counter[str]) -> dict[str, int]:
    """Raise the versions by the number of new events, returning the versions before.

    The row lock this takes keeps outbox ids in order per aggregate on PostgreSQL. Subjects are locked in
    sorted order, so that two transactions never wait for each other.
    """
    raises = [{"subject": subject, "version": count} for subject, count in sorted(counts.items())]
    raised = connection.execute(_RAISE[connection.dialect.name], raises)
    return {row.subject: row.version - counts[row.subject] for row in raised}


_APPEND = insert(outbox)
_RAISE = {
    name: raised.returning(aggregates.c.subject, aggregates.c.version)
    for name, raised in upsert(
        aggregates, ["subject"], lambda new: {"version": aggregates.c.version + new.version}
    ).items()
}


def _row(origin: Origin, entry: Entry, sequence: int) -> dict[str, object]:
    data = entry.event.data
    kern = data.kernen[0] if data.kernen else WHOLE_MUNICIPALITY
    event = envelope_of(type(data))(
        id=entry.event_id,
        source=origin.source,
        type=TYPE_PREFIX + data.TYPE,
        subject=entry.event.subject,
        time=entry.recorded_at,
        dataschema=f"{origin.schema_base}{data.TYPE}.json",
        subjectsequence=str(sequence),
        kern=kern,
        gemeente=origin.gemeente,
        correlationid=entry.cause.correlation_id,
        causationid=entry.cause.causation_id,
        traceparent=entry.cause.traceparent,
        data=data,
    )
    payload = event.to_bytes()
    if len(payload) > MAX_BYTES:
        raise TooLarge(f"{data.TYPE} of {entry.event.subject} takes {len(payload)} bytes, above {MAX_BYTES}")
    return {
        "event_id": entry.event_id,
        "nats_subject": nats_subject(origin.gemeente, kern, data.TYPE),
        "subject": entry.event.subject,
        "sequence": sequence,
        "major": int(data.TYPE.rsplit(".v", 1)[1]),
        "payload": payload,
        "recorded_at": entry.recorded_at,
    }


def unpublished(connection: Connection, limit: int) -> list[Unpublished]:
    """The oldest rows that are not in the stream yet.

    By `published_at`, never by a last seen id: on PostgreSQL a low id may commit after a higher one.
    """
    wanted = (
        select(
            outbox.c.id,
            outbox.c.event_id,
            outbox.c.nats_subject,
            outbox.c.payload,
            outbox.c.recorded_at,
            outbox.c.stream_sequence,
        )
        .where(outbox.c.published_at.is_(None))
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [Unpublished(*row) for row in connection.execute(wanted)]


def mark_published(connection: Connection, stored: dict[int, int], now: datetime) -> None:
    """`stored` maps outbox ids to sequences in the stream."""
    mark = (
        update(outbox)
        .where(outbox.c.id == bindparam("row"))
        .values(published_at=now, stream_sequence=bindparam("at"))
    )
    connection.execute(mark, [{"row": row, "at": at} for row, at in stored.items()])


def backlog(connection: Connection) -> tuple[int, datetime | None]:
    """How many events wait for the stream, and since when the oldest does."""
    waiting = select(func.count(), func.min(outbox.c.recorded_at)).where(outbox.c.published_at.is_(None))
    count, oldest = connection.execute(waiting).one()
    return count, oldest


def lookup(connection: Connection, event_ids: list[str]) -> dict[str, tuple[int, bytes]]:
    """The id and bytes of the rows with these event ids."""
    wanted = select(outbox.c.event_id, outbox.c.id, outbox.c.payload).where(outbox.c.event_id.in_(event_ids))
    return {row.event_id: (row.id, row.payload) for row in connection.execute(wanted)}


def published_ids(connection: Connection) -> "array[int]":
    """Ids of all rows that are said to be in the stream, in order; a million take 8 MB."""
    published = select(outbox.c.id).where(outbox.c.published_at.is_not(None)).order_by(outbox.c.id)
    return array("q", connection.execution_options(yield_per=10_000).execute(published).scalars())
