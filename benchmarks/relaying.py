# SPDX-License-Identifier: EUPL-1.2
"""From the outbox to the stream, the database included."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

from nats.aio.client import Client

from benchmarks import ground
from benchmarks.figures import Sample
from shared.clock import utc_now
from shared.messaging.relay import Relay
from shared.messaging.transaction import Transactions

WINDOW = 1000


async def relay(folder: Path, count: int, rounds: int) -> AsyncIterator[list[Sample]]:
    for turn in range(rounds):
        with ground.bus(folder / str(turn)) as url:
            async with ground.connected(url) as connection:
                yield [Sample("relay", *await _rates(folder / str(turn), connection, count))]


async def _rates(folder: Path, connection: Client, count: int) -> tuple[float, float]:
    database = ground.store(folder, "initiatives")
    await ground.write(Transactions(database, ground.municipality()), count)
    relay = Relay(database, utc_now, lambda rows: None, lambda: None)
    begin = time.perf_counter()
    while await relay.publish_next(connection, ground.no_guard):
        pass
    spent = time.perf_counter() - begin
    database.close()
    return count / spent, count / await _pipelined(connection, count)


async def _pipelined(connection: Client, count: int) -> float:
    jetstream = connection.jetstream(publish_async_max_pending=WINDOW)
    begin = time.perf_counter()
    acknowledged = [
        await jetstream.publish_async(
            ground.FLOOR, ground.PAYLOAD, headers={"Nats-Msg-Id": str(uuid.uuid4())}
        )
        for _ in range(count)
    ]
    await asyncio.gather(*acknowledged)
    return time.perf_counter() - begin
