# SPDX-License-Identifier: EUPL-1.2
"""From the outbox to the stream, in the order of the outbox: a backlog in atomic batches, a few one by one.

A pipelined relay stored later events first in 6 of 8 kills of the server; atomic batches in none,
and with `sync_interval: always` they are several times faster (ADR 0003).
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing, suppress
from typing import Any

import structlog
from nats.aio.client import Client
from nats.errors import ConnectionReconnectingError
from nats.errors import Error as NatsError
from sqlalchemy import Connection

from shared.clock import Clock
from shared.contracts.envelope import CONTENT_TYPE
from shared.messaging import crash, outbox
from shared.messaging.lease import Guard
from shared.messaging.outbox import AGAIN, Unpublished
from shared.messaging.replay import read, stream_sequence
from shared.messaging.stream import STREAM, ApiError, StreamError, api
from shared.messaging.transaction import random_id
from shared.store import Database

BATCH = 500  # the server takes at most 1,000 in one atomic batch
# nats-py buffers 2 MB; when they are full, publishing hangs with a server that hangs
BATCH_BYTES = 1024 * 1024
FEW = 8  # below this, one by one is faster: an atomic batch costs the server about 4 ms whatever its size
DUPLICATE_IN_BATCH = 10201
ACK_TIMEOUT = 5.0
SAFETY_POLL = 1.0  # another instance's commit does not wake this process
REFUSED = (NatsError, ApiError, StreamError, TimeoutError, OSError)

Stored = tuple[str, bytes]  # subject and payload

log = structlog.get_logger()


class Relay:
    """Publishes what waits. `guard` refuses the transaction of an instance that no longer leads; `taken` is
    called where the id of one of our events was somebody else's in the stream.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        published: Callable[[list[Unpublished]], None],
        taken: Callable[[], None],
    ) -> None:
        self.database, self.clock, self.published, self.taken = database, clock, published, taken
        self.away = ""  # why the stream takes nothing
        self.turn = asyncio.Lock()  # held from reading the outbox to marking it
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Called after a commit that wrote to the outbox."""
        self._woken.set()

    async def run(self, connection: Client, guard: Guard) -> None:
        """Publish for as long as this instance leads."""
        wait = 0.05
        while True:
            self._woken.clear()
            try:
                while await self._next(connection, guard):
                    wait, self.away = 0.05, ""
                self.away = ""
            except REFUSED as error:
                # The batch may have landed all the same: sending it again with the same ids is safe.
                self.away = type(error).__name__
                log.warning("relay.retry", error=self.away, detail=str(error), wait=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 2.0)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(SAFETY_POLL):  # wait_for may swallow a cancellation
                    await self._woken.wait()

    async def _next(self, connection: Client, guard: Guard) -> int:
        async with self.turn:
            return await self.publish_next(connection, guard)

    async def publish_next(self, connection: Client, guard: Guard) -> int:
        """Publish one batch and mark it; returns how many rows it had."""
        rows = await self.database.read(lambda c: within_bytes(outbox.unpublished(c, BATCH)))
        if not rows:
            return 0
        if not connection.is_connected:  # nats-py would only keep it in memory
            raise ConnectionReconnectingError
        crash.here("CP2")
        stored = await publish(connection, rows, self.taken)
        crash.here("CP4")

        def mark(connection: Connection) -> None:
            guard(connection)
            outbox.mark_published(connection, stored, self.clock())

        await self.database.write(mark)
        self.published([row for row in rows if row.id in stored])
        return len(stored)


def within_bytes(rows: list[Unpublished]) -> list[Unpublished]:
    """As many rows as fit into one batch; at least one."""
    total = 0
    for count, row in enumerate(rows):
        total += len(row.payload)
        if total > BATCH_BYTES and count:
            return rows[:count]
    return rows


async def publish(
    connection: Client, rows: list[Unpublished], taken: Callable[[], None] = lambda: None
) -> dict[int, int]:
    """Store rows in their order; returns their sequences in the stream by outbox id."""
    if len(rows) < FEW:
        return await _publish_one_by_one(connection, rows, taken)
    try:
        last = await _publish_atomically(connection, rows)
    except ApiError as error:
        if error.code != DUPLICATE_IN_BATCH:
            raise
        return await _publish_one_by_one(connection, rows, taken)
    return {row.id: last - len(rows) + place for place, row in enumerate(rows, 1)}


async def _publish_atomically(connection: Client, rows: list[Unpublished]) -> int:
    batch_id = random_id()
    for place, row in enumerate(rows[:-1], 1):
        headers = _headers(row.message_id) | {"Nats-Batch-Id": batch_id, "Nats-Batch-Sequence": str(place)}
        await connection.publish(row.nats_subject, row.payload, headers=headers)
    headers = _headers(rows[-1].message_id) | {
        "Nats-Batch-Id": batch_id,
        "Nats-Batch-Sequence": str(len(rows)),
        "Nats-Batch-Commit": "1",
    }
    return int((await _acknowledged(connection, rows[-1], headers))["seq"])


async def _publish_one_by_one(
    connection: Client, rows: list[Unpublished], taken: Callable[[], None]
) -> dict[int, int]:
    """Each after the acknowledgement of the one before; stops at the first failure, to keep the order."""
    stored: dict[int, int] = {}
    found: dict[int, Stored] = {}
    for row in rows:
        try:
            stored[row.id] = await _publish_one(connection, row, rows, found, taken)
        except REFUSED:
            if stored:
                return stored
            raise
    return stored


async def _publish_one(
    connection: Client,
    row: Unpublished,
    rows: list[Unpublished],
    found: dict[int, Stored],
    taken: Callable[[], None],
) -> int:
    """Returns its place in the stream, now or since before; under another id where its own is taken.

    `found` keeps what was read of the stream for the rows that follow.
    """
    message_id = row.message_id
    while True:
        answer = await _acknowledged(connection, row, _headers(message_id))
        place = int(answer["seq"])
        if not answer.get("duplicate"):
            return place
        if place not in found:
            found |= await _stored_from(connection, rows, place)
        if found.get(place) == (row.nats_subject, row.payload):
            return place
        if not await _is_gone(connection, place):
            log.error("relay.id-taken", place=place, event_id=row.message_id)
            taken()
        message_id = f"{row.message_id}{AGAIN}{place}"


async def _stored_from(connection: Client, rows: list[Unpublished], place: int) -> dict[int, Stored]:
    """What the stream has at the subjects of these rows, from a place on, as far as one read goes: after a
    death before the marking, a whole batch is there already. The server compares message ids alone; what it
    has by that id may be somebody else's.
    """
    subjects = sorted({row.nats_subject for row in rows})
    async with aclosing(read(connection, subjects, place)) as batches:
        async for batch in batches:
            return {stream_sequence(each): (each.subject, each.data) for each in batch}
    return {}


async def _is_gone(connection: Client, sequence: int) -> bool:
    """For a day the server takes an event for a duplicate, though it was purged or deleted meanwhile."""
    state = (await api(connection, f"STREAM.INFO.{STREAM}", {"deleted_details": True}))["state"]
    return bool(sequence < state["first_seq"] or sequence in state.get("deleted", ()))


async def _acknowledged(connection: Client, row: Unpublished, headers: dict[str, str]) -> dict[str, Any]:
    crash.here("CP3")
    reply = await connection.request(row.nats_subject, row.payload, timeout=ACK_TIMEOUT, headers=headers)
    answer: dict[str, Any] = json.loads(reply.data)
    if "error" in answer:
        raise ApiError(answer["error"].get("err_code", 0), answer["error"].get("description", ""))
    return answer


def _headers(message_id: str) -> dict[str, str]:
    return {"Content-Type": CONTENT_TYPE, "Nats-Msg-Id": message_id}
