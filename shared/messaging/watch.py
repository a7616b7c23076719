"""Watches over the stream and this service's consumer: deleted, drifted, wiped, set back.

No effect depends on a stream sequence, so the cure is always the same: a consumer as it must be, from
the first event. `versions` makes what was handled before inert.
"""

import asyncio
from datetime import datetime

import structlog
from nats.aio.client import Client
from sqlalchemy import Column, Connection, String, Table, insert, select, update

from shared.clock import Clock
from shared.messaging.lease import Guard
from shared.messaging.stream import STREAM, api, ensure_consumer, redeliver_from
from shared.store import BigId, Database, Utc, plumbing

LOOK_EVERY = 5.0  # seconds

log = structlog.get_logger()

seen = Table(
    "stream_seen",
    plumbing,
    Column("stream", String(40), primary_key=True),
    Column("created", String(40), nullable=False),
    Column("last_sequence", BigId, nullable=False),
    Column("regressed_at", Utc),
)


class Watch:
    """`consumer` and its `filters` are kept as they must be; both None for a service that only publishes."""

    def __init__(self, database: Database, clock: Clock, consumer: str, filters: list[str]) -> None:
        self.database, self.clock = database, clock
        self.consumer, self.filters = consumer, filters
        self.regressed = False
        self.waiting = 0

    async def run(self, connection: Client, guard: Guard) -> None:
        while True:
            await self.look(connection, guard)
            await asyncio.sleep(LOOK_EVERY)

    async def look(self, connection: Client, guard: Guard) -> None:
        """Compare once, and mend."""
        info = await api(connection, f"STREAM.INFO.{STREAM}")
        created, last = str(info["created"]), int(info["state"]["last_seq"])

        def compare(store: Connection) -> tuple[bool, bool]:
            guard(store)
            return note(store, created, last, self.clock())

        set_back_now, self.regressed = await self.database.write(compare)
        if not self.filters:
            return
        consumer = await ensure_consumer(connection, self.consumer, self.filters)
        self.waiting = int(consumer["num_pending"]) + int(consumer["num_ack_pending"])
        if set_back_now:
            log.error("stream.set-back", stream=STREAM, last_sequence=last)
            await redeliver_from(connection, self.consumer, 1)


def note(connection: Connection, created: str, last: int, now: datetime) -> tuple[bool, bool]:
    """Remember how far the stream is. Returns whether it was set back just now, and whether that stands."""
    row = connection.execute(select(seen).where(seen.c.stream == STREAM)).one_or_none()
    if row is None:
        connection.execute(insert(seen).values(stream=STREAM, created=created, last_sequence=last))
        return False, False
    set_back = row.created != created or last < row.last_sequence
    values = {"created": created, "last_sequence": last} | ({"regressed_at": now} if set_back else {})
    connection.execute(update(seen).where(seen.c.stream == STREAM).values(values))
    return set_back, set_back or row.regressed_at is not None


def repaired(connection: Connection) -> None:
    """The stream holds again all that the outbox says it does."""
    connection.execute(update(seen).where(seen.c.stream == STREAM).values(regressed_at=None))
