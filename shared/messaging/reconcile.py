# SPDX-License-Identifier: EUPL-1.2
"""Compares a service's outbox with the stream, both ways; what the stream lost is published again.

Consumers have what they handled in `versions`, so a second publication has no second effect.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from nats.aio.client import Client

from shared.messaging import outbox, watch
from shared.messaging.broker import Bus
from shared.messaging.relay import AGAIN
from shared.messaging.replay import read
from shared.store import Database

PAGE = 500
DRAIN_SECONDS = 600


@dataclass
class Comparison:
    """What differs. `lost` are outbox ids that the stream lacks; the rest are event ids in the stream."""

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
        rows = await database.read(lambda c, ids=wanted: outbox.lookup(c, ids))  # type: ignore[misc]
        for message, event_id in zip(batch, wanted, strict=True):
            row_id, payload = rows.get(event_id, (None, b""))
            if row_id is None:
                found.foreign.append(event_id)
                continue
            if payload != message.data:
                found.altered.append(event_id)
            elif row_id in seen:
                found.repeated += 1
            else:
                found.same += 1
            seen.add(row_id)
    found.lost = [row_id for row_id in expected if row_id not in seen]
    return found


class Reconcile:
    """The operator's action of one service."""

    def __init__(self, database: Database, bus: Bus, filters: list[str]) -> None:
        self.database, self.bus, self.filters = database, bus, filters

    async def act(self, arguments: dict[str, Any]) -> str:
        """Compare; with `repair`, publish what was lost, wait until it is there, and compare again."""
        connection = await self.bus.connection()
        if not self.filters:
            await self.database.write(watch.repaired)
            return "publishes nothing"
        before = await compare(connection, self.database, self.filters)
        if not before.lost or not arguments.get("repair"):
            if before.is_whole:
                await self.database.write(watch.repaired)
            return str(before)
        for start in range(0, len(before.lost), PAGE):
            page = before.lost[start : start + PAGE]
            await self.database.write(lambda c, ids=page: outbox.publish_again(c, ids))  # type: ignore[misc]
        await self._published(before.lost[-1])
        after = await compare(connection, self.database, self.filters)
        if after.is_whole:
            await self.database.write(watch.repaired)
        return f"before: {before}; after repair: {after}"

    async def _published(self, last: int) -> None:
        async with asyncio.timeout(DRAIN_SECONDS):
            while any(row.id <= last for row in await self.database.read(lambda c: outbox.unpublished(c, 1))):
                await asyncio.sleep(0.2)
