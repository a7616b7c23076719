# SPDX-License-Identifier: EUPL-1.2
"""A store that was put back from a backup, and is older than what it told since: the stream still has that.

Its next events would take numbers that everybody has passed, and be passed over as repetitions. So before
it publishes anything, the service takes its own events back from the stream: they stand in its outbox again,
and its next numbers come after them. What it decided meanwhile it does not know again: a person must look.
"""

from collections import Counter
from typing import Any

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from sqlalchemy import Connection, Row, delete, insert, select

from shared.contracts.envelope import Event, EventData
from shared.messaging import outbox, watch
from shared.messaging.decode import decode
from shared.messaging.lease import Guard
from shared.messaging.outbox import AGAIN
from shared.messaging.outbox import outbox as rows
from shared.messaging.replay import read, stream_sequence
from shared.messaging.transaction import Transactions

log = structlog.get_logger()


async def take_back(connection: Client, ours: Transactions, filters: list[str], guard: Guard) -> int:
    """Only what stands after the last place that the outbox knows can be missing. Returns how many were.

    If the last event is not at its place, it is the stream that lost its end: others may have published
    beyond it since, so that nothing shows in the stream's own numbers.
    """
    if not filters:
        return 0
    published = select(rows.c.event_id, rows.c.stream_sequence).where(rows.c.published_at.is_not(None))
    by_place = published.order_by(rows.c.stream_sequence.desc())
    last, place = await ours.database.read(lambda c: c.execute(by_place.limit(1)).one_or_none()) or ("", 0)
    missing: list[tuple[Msg, Event[EventData]]] = []
    ends_as_recorded = not last
    async for batch in read(connection, filters, max(1, place)):
        named = [(m, (m.headers or {}).get("Nats-Msg-Id", "").partition(AGAIN)[0]) for m in batch]
        known = await ours.database.read(lambda c, ids=[i for _, i in named]: outbox.lookup(c, ids))  # type: ignore[misc]
        ends_as_recorded = ends_as_recorded or named[0][1] == last
        for message, event_id in named:
            event = decode(message.subject, message.data, ours.municipality).event
            if event and event_id not in known and (event.id, event.source) == (event_id, ours.origin.source):
                missing.append((message, event))

    def work(store: Connection) -> None:
        guard(store)
        if not ends_as_recorded:
            watch.set_back(store, ours.clock())
        if missing:
            _put_back(store, missing, ours)

    if not ends_as_recorded:
        log.error("stream.lost-its-end", place=place)
    if missing:
        log.error("store.older-than-the-stream", events=len(missing))
    if missing or not ends_as_recorded:
        await ours.database.write(work)
    return len(missing)


def _put_back(
    connection: Connection, missing: list[tuple[Msg, Event[EventData]]], ours: Transactions
) -> None:
    """What this store told since it was put back, and nobody heard yet, comes after what it told before."""
    numbers: dict[str, set[int]] = {}
    for _, event in missing:
        numbers.setdefault(event.subject, set()).add(event.number)
    unheard = select(rows).where(rows.c.subject.in_(numbers), rows.c.published_at.is_(None))
    later = [
        row
        for row in connection.execute(unheard.order_by(rows.c.id)).all()
        if row.sequence >= min(numbers[row.subject])
    ]
    connection.execute(delete(rows).where(rows.c.id.in_([row.id for row in later])))
    for message, event in missing:
        values = {
            **_row(message, event),
            "published_at": ours.clock(),
            "stream_sequence": stream_sequence(message),
        }
        connection.execute(insert(rows).values(values))
    for row in later:
        values = {name: value for name, value in row._mapping.items() if name != "id"}
        connection.execute(
            insert(rows).values({**values, **_renumbered(row, len(numbers[row.subject]), ours)})
        )
    outbox.advance(connection, Counter({subject: len(taken) for subject, taken in numbers.items()}))


def _row(message: Msg, event: Event[EventData]) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "nats_subject": message.subject,
        "subject": event.subject,
        "sequence": event.number,
        "major": int(event.data.TYPE.rsplit(".v", 1)[1]),
        "payload": message.data,
        "recorded_at": event.time,
    }


def _renumbered(row: Row[Any], by: int, ours: Transactions) -> dict[str, Any]:
    event = decode(row.nats_subject, row.payload, ours.municipality).event
    assert event is not None  # noqa: S101 - this service wrote it
    number = row.sequence + by
    return {
        "sequence": number,
        "payload": event.model_copy(update={"subjectsequence": str(number)}).to_bytes(),
    }
