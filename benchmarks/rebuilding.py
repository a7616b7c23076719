# SPDX-License-Identifier: EUPL-1.2
"""The overview folded anew from a stream of all event types, and what its memory does meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

from nats.aio.client import Client
from nats.aio.msg import Msg

from benchmarks import ground, history
from benchmarks.figures import Sample
from services.analytics.__main__ import SERVICE
from services.analytics.read_model.rebuild import rebuild_overview
from shared.clock import utc_now
from shared.messaging.broker import Bus
from shared.messaging.outbox import Unpublished
from shared.messaging.relay import publish
from shared.messaging.stream import filters_for
from shared.process import Process

EVERY = 0.1  # seconds between two looks at the memory


async def rebuild(folder: Path, count: int, rounds: int) -> AsyncIterator[list[Sample]]:
    with ground.bus(folder) as url:
        async with ground.connected(url) as connection:
            await _fill(connection, count)
            for turn in range(rounds):
                spent, memory = await _rebuild(folder / str(turn), url, count)
                drained = await _drain(connection, count)
                early = memory[len(memory) // 5]
                yield [
                    Sample("rebuild", count / spent, count / drained),
                    Sample("rebuild, memory at the end", max(memory), early),
                ]


async def _fill(connection: Client, count: int) -> None:
    now = utc_now()
    for places in ground.batches(enumerate(history.messages(count)), 500):
        rows = [Unpublished(n, f"e-{n}", subject, payload, now) for n, (subject, payload) in places]
        await publish(connection, rows)


async def _rebuild(folder: Path, url: str, count: int) -> tuple[float, list[float]]:
    database, bus = ground.store(folder, SERVICE.name), Bus(url, SERVICE.name)
    process = Process(SERVICE, database, history.municipality(), bus)
    process.leader.guard = ground.no_guard
    bus.start()
    await bus.connection()
    memory: list[float] = []
    looking = asyncio.create_task(_look(memory))
    begin = time.perf_counter()
    told = await rebuild_overview(process.runtime, {})
    spent = time.perf_counter() - begin
    looking.cancel()
    assert told.startswith(f"{count} events"), told
    await bus.stop()
    database.close()
    return spent, memory


async def _look(memory: list[float]) -> None:
    while True:
        memory.append(ground.resident("self"))
        await asyncio.sleep(EVERY)


async def _drain(connection: Client, count: int) -> float:
    done, seen = asyncio.Event(), 0

    async def receive(_message: Msg) -> None:
        nonlocal seen
        seen += 1
        if seen == count:
            done.set()

    begin = time.perf_counter()
    # One filter takes what the rebuild's filters take together: the stream holds nothing else.
    assert filters_for(SERVICE.handlers, history.municipality().code)
    subscription = await connection.jetstream().subscribe(
        "kernpuls.>", ordered_consumer=True, cb=receive, pending_msgs_limit=-1, pending_bytes_limit=-1
    )
    await done.wait()
    spent = time.perf_counter() - begin
    await subscription.unsubscribe()
    return spent
