# SPDX-License-Identifier: EUPL-1.2
"""Reads the stream in order, from the first event to the last one that was stored when asked."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.messaging.pull import BATCH, ConsumerGone, LongPull
from shared.messaging.stream import AWAY, NOT_FOUND, STREAM, ApiError, Json, StreamError, api
from shared.messaging.transaction import random_id

IDLE_SECONDS = 30  # the server forgets the reader this long after it was last asked
SILENCES = 4  # in a row, where there is still something to come: nobody may say that the reader is gone


async def read(connection: Client, filters: Sequence[str], start: int = 1) -> AsyncGenerator[list[Msg]]:
    """Batches of messages in stream order, each exactly once, also across a restart of the server."""
    created, last = await _extent(connection)
    after = start - 1
    while after < last:
        try:
            name, waiting = await _reader(connection, filters, after + 1)
            if (await _extent(connection))[0] != created:
                raise StreamError(f"The stream {STREAM} was created again while it was read; begin again.")
        except AWAY:
            if connection.is_closed:
                raise
            await asyncio.sleep(0.2)
            continue
        if not waiting:
            return
        async with aclosing(_until_broken(LongPull(connection, name), after, last)) as batches:
            async for batch in batches:
                after = stream_sequence(batch[-1])
                yield batch
                if pending(batch[-1]) == 0:
                    return


async def _extent(connection: Client) -> tuple[str, int]:
    info = await api(connection, f"STREAM.INFO.{STREAM}")
    return str(info["created"]), int(info["state"]["last_seq"])


async def _until_broken(pull: LongPull, after: int, last: int) -> AsyncGenerator[list[Msg], None]:
    """Batches for as long as they follow each other; what comes after `last` is left to the consumer.

    Where one was lost on the way, or the server forgot the reader, a new reader goes on.
    """
    place = silent = 0
    await pull.open()
    try:
        while after < last and silent < SILENCES:
            batch = await pull.take(BATCH)
            if not batch:
                silent += 1
                continue
            if consumer_sequence(batch[0]) != place + 1 or consumer_sequence(batch[-1]) != place + len(batch):
                return
            place, silent = place + len(batch), 0
            after = stream_sequence(batch[-1])
            yield batch
    except ConsumerGone:
        await asyncio.sleep(0.2)
    finally:
        await pull.close()


async def _reader(connection: Client, filters: Sequence[str], start: int) -> tuple[str, int]:
    # By the connection's name: the bus lets a service have this one reader, and nobody else's.
    name = f"replay-{connection.options['name'] or random_id()}"
    await _forget(connection, name)
    config: Json = {
        "name": name,
        "ack_policy": "none",
        "deliver_policy": "by_start_sequence",
        "opt_start_seq": start,
        "filter_subjects": list(filters),
        "inactive_threshold": IDLE_SECONDS * 1_000_000_000,
        "mem_storage": True,
        "num_replicas": 1,
    }
    body = {"stream_name": STREAM, "config": config}
    info = await api(connection, f"CONSUMER.CREATE.{STREAM}.{name}", body)
    return name, int(info["num_pending"])


async def _forget(connection: Client, name: str) -> None:
    """An earlier reader began elsewhere, and that cannot be changed."""
    try:
        await api(connection, f"CONSUMER.DELETE.{STREAM}.{name}")
    except ApiError as error:
        if error.code not in NOT_FOUND:
            raise


def stream_sequence(message: Msg) -> int:
    """Where the message stands in the stream; its reply subject says so, in either of two forms."""
    return int(message.reply.split(".")[-4])


def consumer_sequence(message: Msg) -> int:
    return int(message.reply.split(".")[-3])


def pending(message: Msg) -> int:
    """How many messages the reader still had to come when this one was sent."""
    return int(message.reply.split(".")[-1])
