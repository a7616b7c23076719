# SPDX-License-Identifier: EUPL-1.2
"""Compares a service's outbox with the stream, both ways; what the stream lost is published again.

Consumers have what they handled in `versions`, so a second publication has no second effect.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from sqlalchemy import Connection, select, update

from shared.messaging import outbox, watch
from shared.messaging.broker import Bus
from shared.messaging.outbox import AGAIN
from shared.messaging.outbox import outbox as rows
from shared.messaging.relay import Relay
from shared.messaging.replay import read, stream_sequence
from shared.messaging.versions import CHUNK
from shared.store import Database

DRAIN_SECONDS = 600


@dataclass
class Comparison:
    """What differs. `lost` are outbox ids that the stream lacks; the rest are event ids, and their places."""

    same: int = 0
    lost: list[int] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    repeated: int = 0

    @property
    def is_whole(self) -> bool:
        """Repetitions do no harm: every consumer knows how far it is."""
        return not (self.lost or self.foreign or self.altered)

    def __str__(self) -> str:
        return (
            f"{self.same} the same, {len(self.lost)} lost by the stream, "
            f"{len(self.foreign)} not in the outbox, {len(self.altered)} altered, {self.repeated} repeated"
        )


async def compare(connection: Client, database: Database, filters: list[str]) -> Comparison:
    """Read the whole stream of this service's entities and hold it against the outbox."""
    found, seen = Comparison(), set[int]()
    expected = await database.read(outbox.published_ids)  # before: what is published meanwhile is not lost
    async for batch in read(connection, filters):
        wanted = [(m.headers or {}).get("Nats-Msg-Id", "").partition(AGAIN)[0] for m in batch]
        written = await database.read(lambda c, ids=wanted: outbox.lookup(c, ids))  # type: ignore[misc]
        for message, event_id in zip(batch, wanted, strict=True):
            row_id, payload = written.get(event_id, (None, b""))
            if row_id is None:
                found.foreign.append(_which(event_id, message))
                continue
            if payload != message.data:
                found.altered.append(_which(event_id, message))
            elif row_id in seen:
                found.repeated += 1
            else:
                found.same += 1
            seen.add(row_id)
    found.lost = [row_id for row_id in expected if row_id not in seen]
    return found


def _which(event_id: str, message: Msg) -> str:
    return f"{event_id or 'no id'}, place {stream_sequence(message)}"


def publish_again(connection: Connection, lost: set[int]) -> int:
    """Let the relay publish rows that the stream lost, and all that follows them in their histories.

    So the stream has every history in order, if not at its first attempt: whoever takes only what is next
    needs nothing else. In one transaction, or a new event would come between. Returns the last row's id.
    """
    published = select(rows.c.id, rows.c.subject).where(rows.c.published_at.is_not(None))
    broken, again = set[str](), list[int]()
    for row_id, subject in connection.execute(published.order_by(rows.c.id)):
        if row_id in lost:
            broken.add(subject)
        if subject in broken:
            again.append(row_id)
    for start in range(0, len(again), CHUNK):
        some = rows.c.id.in_(again[start : start + CHUNK])
        connection.execute(update(rows).where(some).values(published_at=None))
    return again[-1]


class Reconcile:
    """The operator's action of one service."""

    def __init__(self, database: Database, bus: Bus, relay: Relay, filters: list[str]) -> None:
        self.database, self.bus, self.relay, self.filters = database, bus, relay, filters

    async def act(self, arguments: dict[str, Any]) -> str:
        """Compare; with `repair`, publish what was lost, wait until it is there, and compare again."""
        connection, repair = await self.bus.connection(), arguments.get("repair")
        if not self.filters:
            if repair:
                await self.database.write(lambda c: watch.set_back(c, None))
            return "publishes nothing"
        before = await compare(connection, self.database, self.filters)
        if not before.lost or not repair:
            if before.is_whole:
                await self.database.write(lambda c: watch.set_back(c, None))
            return str(before)
        started = time.perf_counter()
        async with self.relay.turn:  # what it has in hand must not come between
            last = await self.database.write(lambda c: publish_again(c, set(before.lost)))
        self.relay.wake()
        await self._published(last)
        after = await compare(connection, self.database, self.filters)
        if after.is_whole:
            await self.database.write(lambda c: watch.set_back(c, None))
        seconds = time.perf_counter() - started
        return f"before: {before}; repaired in {seconds:.1f} s; after repair: {after}"

    async def _published(self, last: int) -> None:
        async with asyncio.timeout(DRAIN_SECONDS):
            while any(row.id <= last for row in await self.database.read(lambda c: outbox.unpublished(c, 1))):
                await asyncio.sleep(0.2)
