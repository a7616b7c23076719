# SPDX-License-Identifier: EUPL-1.2
"""From the stream through a realistic handler: one event at a time when quiet, and a backlog."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median, quantiles

from nats.aio.client import Client
from sqlalchemy import func, select

from benchmarks import ground
from benchmarks.figures import Sample
from shared.clock import utc_now
from shared.contracts.initiatives import InitiativeStarted
from shared.messaging.consumer import Consumer
from shared.messaging.outbox import outbox, unpublished
from shared.messaging.pull import nothing
from shared.messaging.relay import Relay
from shared.messaging.stream import STREAM, ensure_consumer, filters_for
from shared.messaging.transaction import Transactions

FOLLOWED = filters_for([InitiativeStarted], ground.municipality().code)


async def catching_up(folder: Path, count: int, rounds: int) -> AsyncIterator[list[Sample]]:
    """The same stream each time, new stores and consumers."""
    with ground.bus(folder) as url:
        async with ground.connected(url) as connection:
            await _fill(folder, connection, count)
            for turn in range(rounds):
                ours = await _consume(folder / str(turn), connection, count)
                floor = await _fetch(folder / str(turn), connection, count)
                yield [Sample("catching up", count / ours, count / floor)]


async def _fill(folder: Path, connection: Client, count: int) -> None:
    database = ground.store(folder, "initiatives")
    await ground.write(Transactions(database, ground.municipality()), count)
    relay = Relay(database, utc_now, lambda rows: None, lambda: None)
    while await relay.publish_next(connection, ground.no_guard):
        pass
    database.close()


async def _consume(folder: Path, connection: Client, count: int) -> float:
    database = ground.store(folder, "budget")
    await connection.jetstream().delete_consumer(STREAM, "budget") if folder.name != "0" else None
    await ensure_consumer(connection, "budget", FOLLOWED)
    done, handled = asyncio.Event(), 0

    def committed(taken: object) -> None:
        nonlocal handled
        handled += len(taken.handled)  # type: ignore[attr-defined]
        if handled >= count:
            done.set()

    consumer = Consumer(ground.intake(database), database, committed)
    begin = time.perf_counter()
    running = asyncio.create_task(consumer.run(connection, ground.no_guard, nothing))
    await done.wait()
    spent = time.perf_counter() - begin
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    for table in (ground.effect, outbox):
        written = await database.read(
            lambda c, t=table: c.execute(select(func.count()).select_from(t)).scalar_one()  # type: ignore[misc]
        )
        assert written == count, f"{written} rows of {table} for {count} events"
    database.close()
    return spent


async def _fetch(folder: Path, connection: Client, count: int) -> float:
    store, name = ground.raw(folder / "floor.sqlite"), f"floor-{folder.name}"
    await ensure_consumer(connection, name, FOLLOWED)
    subscription = await connection.jetstream().pull_subscribe_bind(consumer=name, stream=STREAM)
    begin, taken = time.perf_counter(), 0
    while taken < count:
        messages = await subscription.fetch(200, timeout=5)
        await asyncio.to_thread(ground.raw_batch, store, taken, len(messages))
        for message in messages:
            await message.ack()
        taken += len(messages)
    return time.perf_counter() - begin


async def live(folder: Path, count: int, rounds: int) -> AsyncIterator[list[Sample]]:
    """From publishing until it is handled and acknowledged."""
    for turn in range(rounds):
        with ground.bus(folder / str(turn)) as url:
            async with ground.connected(url) as connection:
                ours, floor = await _live(folder / str(turn), connection, count)
        yield at_percentiles("live", ours, floor)


def at_percentiles(name: str, ours: list[float], floor: list[float]) -> list[Sample]:
    """In milliseconds."""
    high = [quantiles(times, n=100)[98] * 1000 for times in (ours, floor)]
    return [Sample(f"{name}, p50", median(ours) * 1000, median(floor) * 1000), Sample(f"{name}, p99", *high)]


async def _live(folder: Path, connection: Client, count: int) -> tuple[list[float], list[float]]:
    owner, database = ground.store(folder, "initiatives"), ground.store(folder, "budget")
    await ground.write(Transactions(owner, ground.municipality()), count)
    events = await owner.read(lambda c: unpublished(c, count))
    owner.close()
    jetstream, store = connection.jetstream(), ground.raw(folder / "floor.sqlite")
    await ensure_consumer(connection, "budget", FOLLOWED)
    await ensure_consumer(connection, "floor", [ground.FLOOR])
    handled = asyncio.Event()
    consumer = Consumer(ground.intake(database), database, lambda taken: handled.set())
    running = asyncio.create_task(consumer.run(connection, ground.no_guard, nothing))
    subscription = await jetstream.pull_subscribe_bind(consumer="floor", stream=STREAM)
    ours, floor = [], []
    for place, event in enumerate(events):
        handled.clear()
        begin = time.perf_counter()
        await jetstream.publish(event.nats_subject, event.payload)
        await handled.wait()
        ours.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        await jetstream.publish(ground.FLOOR, event.payload)
        (message,) = await subscription.fetch(1, timeout=5)
        await asyncio.to_thread(ground.raw_batch, store, place, 1)
        await message.ack()
        floor.append(time.perf_counter() - begin)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    database.close()
    return ours, floor
