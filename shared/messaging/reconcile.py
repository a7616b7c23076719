"""Compares a service's outbox with the stream, both ways; what the stream lost is published again.

Consumers have what they handled in `versions`, so a second publication has no second effect.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from nats.aio.client import Client

from shared.messaging import outbox, watch
from shared.messaging.broker import Bus
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
    def is_clean(self) -> bool:
        return not (self.lost or self.foreign or self.altered or self.repeated)

    def __str__(self) -> str:
        return (
            f"{self.same} the same, {len(self.lost)} lost by the stream, "
            f"{len(self.foreign)} not in the outbox, {len(self.altered)} altered, {self.repeated} repeated"
        )


async def compare(connection: Client, database: Database, filters: list[str]) -> Comparison:
    """Read the whole stream of this service's entities and hold it against the outbox."""
    found, seen = Comparison(), set[int]()
    async for batch in read(connection, filters):
        wanted = [(m.headers or {}).get("Nats-Msg-Id", "") for m in batch]
        rows = await database.read(lambda c, ids=wanted: outbox.lookup(c, ids))  # type: ignore[misc]
        for message, event_id in zip(batch, wanted, strict=True):
            row = rows.get(event_id)
            if row is None:
                found.foreign.append(event_id)
            elif row[0] in seen:
                found.repeated += 1
            elif row[1] != message.data:
                found.altered.append(event_id)
            else:
                found.same += 1
            if row:
                seen.add(row[0])
    after = 0
    while ids := await database.read(lambda c, a=after: outbox.published_ids(c, a, PAGE)):  # type: ignore[misc]
        found.lost += [row_id for row_id in ids if row_id not in seen]
        after = ids[-1]
    return found


class Reconcile:
    """The operator's action of one service."""

    def __init__(self, database: Database, bus: Bus, filters: list[str]) -> None:
        self.database, self.bus, self.filters = database, bus, filters

    async def act(self, arguments: dict[str, Any]) -> str:
        """Compare; with `repair`, publish what was lost, wait until it is there, and compare again."""
        connection = await self.bus.connection()
        if not self.filters:
            return "publishes nothing"
        before = await compare(connection, self.database, self.filters)
        if not before.lost or not arguments.get("repair"):
            if before.is_clean:
                await self.database.write(watch.repaired)
            return str(before)
        for start in range(0, len(before.lost), PAGE):
            page = before.lost[start : start + PAGE]
            await self.database.write(lambda c, ids=page: outbox.publish_again(c, ids))  # type: ignore[misc]
        await self._drained()
        after = await compare(connection, self.database, self.filters)
        if not after.lost:
            await self.database.write(watch.repaired)
        return f"before: {before}; after repair: {after}"

    async def _drained(self) -> None:
        async with asyncio.timeout(DRAIN_SECONDS):
            while (await self.database.read(outbox.backlog))[0]:
                await asyncio.sleep(0.2)
