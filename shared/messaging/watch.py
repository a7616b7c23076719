# SPDX-License-Identifier: EUPL-1.2
"""Watches over the stream and this service's consumer: deleted, drifted, wiped, set back, full of gaps.

No effect depends on a stream sequence, so the cure is always the same: a consumer as it must be, from
an earlier event. `versions` makes what was handled before inert.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from nats.aio.client import Client
from sqlalchemy import Column, Connection, String, Table, insert, select, update

from shared.clock import Clock
from shared.messaging import parked
from shared.messaging.lease import Guard
from shared.messaging.stream import AWAY, NOT_FOUND, STREAM, ApiError, api, ensure_consumer, redeliver_from
from shared.store import BigId, Database, Utc, plumbing

LOOK_EVERY = 5.0  # seconds
GAP_PATIENCE = timedelta(seconds=60)  # a gap that the stream can fill has filled by then
MOST_PATIENCE = timedelta(hours=1)

log = structlog.get_logger()

seen = Table(
    "stream_seen",
    plumbing,
    Column("stream", String(40), primary_key=True),
    Column("created", String(40), nullable=False),
    Column("last_sequence", BigId, nullable=False),
    Column("messages", BigId, nullable=False),
    Column("acknowledged", BigId, nullable=False),
    Column("regressed_at", Utc),
)


@dataclass(frozen=True)
class Sight:
    """The stream at one moment. What we write to it is never removed, so that `messages` only grows."""

    created: str
    last_sequence: int
    messages: int
    acknowledged: int  # by this service's consumer, without a hole

    def is_set_back_from(self, before: "Sight") -> bool:
        # Not by last_sequence: until it is started again, nats-server counts what it could not write in that.
        return self.created != before.created or self.messages < before.messages


class Watch:
    """`consumer` and its `filters` are kept as they must be; no filters for a service that only publishes."""

    def __init__(self, database: Database, clock: Clock, consumer: str, filters: list[str]) -> None:
        self.database, self.clock = database, clock
        self.consumer, self.filters = consumer, filters
        self.waiting = 0
        # Why the stream could not be looked at; a server that is alone of three still has our connection.
        self.away = ""
        self._patience = GAP_PATIENCE
        self._asked_at: datetime | None = None

    async def begin(self, connection: Client, guard: Guard) -> None:
        """At the start of a term: what was acknowledged after this store was saved comes again, if it is a
        restored backup.
        """
        before = await self.database.read(last_sight)
        now = await self.look(connection, guard)
        if self.filters:
            acknowledged = min(before.acknowledged, now.acknowledged) if before else 0
            await redeliver_from(connection, self.consumer, acknowledged + 1)

    async def resume(self, connection: Client) -> None:
        """Before anything is taken: what was delivered, not acknowledged, comes again, at once, in order."""
        await ensure_consumer(connection, self.consumer, self.filters)
        await redeliver_from(connection, self.consumer)

    async def run(self, connection: Client, guard: Guard) -> None:
        while True:
            try:
                await self.look(connection, guard)
                await self._fill_gaps(connection)
                self.away = ""
            except AWAY as error:
                if connection.is_closed:
                    raise
                self.away = type(error).__name__
                log.info("watch.bus-away", error=self.away)
            await asyncio.sleep(LOOK_EVERY)

    async def look(self, connection: Client, guard: Guard) -> Sight:
        """Compare once with the last time, and mend."""
        before = await self.database.read(last_sight)
        try:
            sight = await self._see(connection)
        except ApiError as error:
            if error.code in NOT_FOUND and before:
                await self._note(before, guard, set_back=True)
            raise
        set_back = before is not None and sight.is_set_back_from(before)
        if set_back:
            log.error("stream.set-back", stream=STREAM, last_sequence=sight.last_sequence)
            if self.filters:
                await redeliver_from(connection, self.consumer, 1)
            sight = replace(sight, acknowledged=0)
        if sight != before:
            await self._note(sight, guard, set_back)
        return sight

    async def _see(self, connection: Client) -> Sight:
        info, acknowledged = await api(connection, f"STREAM.INFO.{STREAM}"), 0
        if self.filters:
            consumer = await ensure_consumer(connection, self.consumer, self.filters)
            self.waiting = int(consumer["num_pending"]) + int(consumer["num_ack_pending"])
            acknowledged = int(consumer["ack_floor"]["stream_seq"])
        state = info["state"]
        return Sight(str(info["created"]), int(state["last_seq"]), int(state["messages"]), acknowledged)

    async def _note(self, sight: Sight, guard: Guard, set_back: bool) -> None:
        def work(connection: Connection) -> None:
            guard(connection)
            remember(connection, sight, self.clock() if set_back else None)

        await self.database.write(work)

    async def _fill_gaps(self, connection: Client) -> None:
        """What is missing may be in the stream all the same: deliver everything again."""
        since = await self.database.read(parked.oldest_gap)
        if since is None:
            self._patience, self._asked_at = GAP_PATIENCE, None
        elif abs(self.clock() - (self._asked_at or since)) > self._patience:  # a clock may be set back
            log.warning("consumer.fills-gaps", consumer=self.consumer, since=since.isoformat())
            await redeliver_from(connection, self.consumer, 1)
            self._patience, self._asked_at = min(self._patience * 2, MOST_PATIENCE), self.clock()


def last_sight(connection: Connection) -> Sight | None:
    row = connection.execute(select(seen).where(seen.c.stream == STREAM)).one_or_none()
    return Sight(row.created, row.last_sequence, row.messages, row.acknowledged) if row else None


def remember(connection: Connection, sight: Sight, set_back_at: datetime | None) -> None:
    values = vars(sight) | ({"regressed_at": set_back_at} if set_back_at else {})
    if connection.execute(update(seen).where(seen.c.stream == STREAM).values(values)).rowcount == 0:
        connection.execute(insert(seen).values(stream=STREAM, **values))


def regressed(connection: Connection) -> bool:
    """Whether the stream was set back and not repaired since."""
    return connection.execute(select(seen.c.regressed_at).where(seen.c.stream == STREAM)).scalar() is not None


def set_back(connection: Connection, at: datetime | None) -> None:
    """Since when the stream lacks what the outbox says it has; None once it has it all again."""
    connection.execute(update(seen).where(seen.c.stream == STREAM).values(regressed_at=at))
