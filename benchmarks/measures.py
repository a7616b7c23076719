# SPDX-License-Identifier: EUPL-1.2
"""The figures, each with its floor. A function returns what ours took and what the floor took, in seconds."""

import asyncio
import sqlite3
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from statistics import median

from nats.aio.client import Client
from sqlalchemy import Connection, Table, func, select

from benchmarks import ground
from shared.clock import utc_now
from shared.contracts.initiatives import InitiativeStarted
from shared.messaging.consumer import Consumer
from shared.messaging.intake import Intake
from shared.messaging.outbox import outbox, unpublished
from shared.messaging.relay import Relay
from shared.messaging.stream import STREAM, ensure_consumer, filters_for
from shared.messaging.transaction import Transactions
from shared.store import Database

PAYLOAD = b"x" * 600  # about an event's size
WINDOW = 1000
Seconds = tuple[float, float]


def no_guard(_connection: object) -> None:
    return None


async def relay(directory: Path, connection: Client, count: int) -> Seconds:
    """Outbox to stream, the database included; floor: nats-py alone, 1,000 publishes outstanding."""
    database = ground.store(directory, "initiatives")
    await ground.write(Transactions(database, ground.municipality()), count)
    ours = Relay(database, utc_now, lambda rows: None)
    begin = time.perf_counter()
    while await ours.publish_next(connection, no_guard):
        pass
    spent = time.perf_counter() - begin
    database.close()
    return spent, await _pipelined(connection, count)


async def _pipelined(connection: Client, count: int) -> float:
    jetstream = connection.jetstream(publish_async_max_pending=WINDOW)
    begin = time.perf_counter()
    acknowledged = [
        await jetstream.publish_async(
            "kernpuls.gm0000.floor.floor.told.v1", PAYLOAD, headers={"Nats-Msg-Id": str(uuid.uuid4())}
        )
        for _ in range(count)
    ]
    await asyncio.gather(*acknowledged)
    return time.perf_counter() - begin


async def catching_up(directory: Path, connection: Client, count: int) -> Seconds:
    """A backlog through a realistic handler; floor: fetch(200), four raw statements an event, acks."""
    await _publish(directory, connection, count)
    return await _consume(directory, connection, count), await _fetch(directory, connection, count, 200)


async def _publish(directory: Path, connection: Client, count: int) -> None:
    database = ground.store(directory, "initiatives")
    await ground.write(Transactions(database, ground.municipality()), count)
    relay = Relay(database, utc_now, lambda rows: None)
    while await relay.publish_next(connection, no_guard):
        pass
    database.close()


async def _consume(directory: Path, connection: Client, count: int) -> float:
    database = ground.store(directory, "budget")
    await ensure_consumer(connection, "budget", filters_for([InitiativeStarted]))
    consumer = _consumer(database)
    begin = time.perf_counter()
    running = asyncio.create_task(consumer.run(connection, no_guard))
    while (
        await database.read(lambda c: c.execute(select(func.count()).select_from(ground.effect)).scalar())
        < count
    ):
        await asyncio.sleep(0.02)
    spent = time.perf_counter() - begin
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    written = await database.read(lambda c: _rows(c, outbox))
    assert written == count, f"{written} events told for {count} handled"
    database.close()
    return spent


def _rows(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _consumer(database: Database) -> Consumer:
    transactions = Transactions(database, ground.municipality())
    intake = Intake("budget", {InitiativeStarted: ground.handler}, transactions)
    return Consumer(intake, database, lambda taken: None)


async def _fetch(directory: Path, connection: Client, count: int, most: int) -> float:
    store = ground.raw(directory / f"floor-{most}.sqlite")
    await ensure_consumer(connection, "floor", filters_for([InitiativeStarted]))
    subscription = await connection.jetstream().pull_subscribe_bind(consumer="floor", stream=STREAM)
    begin, taken = time.perf_counter(), 0
    while taken < count:
        messages = await subscription.fetch(most, timeout=5)
        await asyncio.to_thread(_raw_batch, store, taken, len(messages))
        for message in messages:
            await message.ack()
        taken += len(messages)
    return time.perf_counter() - begin


def _raw_batch(store: sqlite3.Connection, taken: int, count: int) -> None:
    store.execute("BEGIN IMMEDIATE")
    for place in range(taken, taken + count):
        ground.four_statements(store, f"s-{place % ground.KERNEN}", place, PAYLOAD)
    store.execute("COMMIT")


async def live(directory: Path, connection: Client, count: int) -> Seconds:
    """One event at a time, from publishing to acknowledged, median; floor: fetch(1) and four statements."""
    owner, database = ground.store(directory, "initiatives"), ground.store(directory, "budget")
    await ground.write(Transactions(owner, ground.municipality()), count)
    events = await owner.read(lambda c: unpublished(c, count))
    owner.close()
    jetstream = connection.jetstream()
    await ensure_consumer(connection, "budget", filters_for([InitiativeStarted]))
    await ensure_consumer(connection, "floor", ["kernpuls.*.*.floor.>"])
    handled = asyncio.Event()
    consumer = _consumer(database)
    consumer.committed = lambda taken: handled.set()
    running = asyncio.create_task(consumer.run(connection, no_guard))
    store = ground.raw(directory / "floor.sqlite")
    subscription = await jetstream.pull_subscribe_bind(consumer="floor", stream=STREAM)
    ours, floor = [], []
    for place, event in enumerate(events):
        handled.clear()
        begin = time.perf_counter()
        await jetstream.publish(event.nats_subject, event.payload)
        await handled.wait()
        ours.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        await jetstream.publish("kernpuls.gm0000.floor.floor.told.v1", event.payload)
        (message,) = await subscription.fetch(1, timeout=5)
        await asyncio.to_thread(_raw_batch, store, place, 1)
        await message.ack()
        floor.append(time.perf_counter() - begin)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    database.close()
    return median(ours), median(floor)


Measure = Callable[[Path, Client, int], "asyncio.Future[Seconds]"]
