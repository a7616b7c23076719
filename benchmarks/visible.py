# SPDX-License-Identifier: EUPL-1.2
"""From the answer to a POST until the overview counts it."""

import asyncio
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
from nats.aio.client import Client
from prometheus_client import CollectorRegistry

from benchmarks import ground
from benchmarks.consuming import at_percentiles
from benchmarks.figures import Sample
from benchmarks.serving import SUBMISSION, serving
from services.analytics.__main__ import SERVICE as ANALYTICS
from shared.http.app import create_app
from shared.messaging.broker import Bus
from shared.messaging.stream import STREAM, ensure_consumer
from shared.process import Process
from tests.access import AS_ANYBODY, DOOR


async def visible(folder: Path, count: int, rounds: int) -> AsyncIterator[list[Sample]]:
    for turn in range(rounds):
        with ground.bus(folder / str(turn)) as url:
            async with ground.connected(url) as connection:
                ours = await _ours(folder / str(turn), url, count)
                floor = await _floor(folder / str(turn), connection, count)
        yield at_percentiles("answered to visible", ours, floor)


async def _ours(folder: Path, url: str, count: int) -> list[float]:
    """The owner is a process of its own, as it is in service; the follower is this one."""
    database = ground.store(folder, ANALYTICS.name)
    follower = Process(ANALYTICS, database, ground.municipality(), Bus(url, ANALYTICS.name))
    seen = asyncio.Event()
    follower.consumer.committed = lambda taken: seen.set() if taken.handled else None
    await follower.start()
    with serving("services.initiatives", folder / "owner", url) as (port, _process):
        async with (
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as owner,
            client_of(follower) as reader,
        ):
            await until_ready(owner)
            times = []
            for _ in range(count):
                seen.clear()
                answer = await owner.post("/v1/initiatives", json=SUBMISSION)
                begin = time.perf_counter()
                assert answer.status_code == 201, answer.text
                await seen.wait()
                times.append(time.perf_counter() - begin)
            shown = (await reader.get("/v1/overview")).json()["initiatives"]["total"]
    assert shown == count, f"the overview counts {shown} of {count}"
    await follower.stop()
    return times


async def until_ready(service: httpx.AsyncClient) -> None:
    while (await service.get("/health/ready")).status_code != 200:
        await asyncio.sleep(0.05)


def client_of(process: Process) -> httpx.AsyncClient:
    app = create_app(process.service, process.transactions, process.ready, CollectorRegistry(), DOOR)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost", headers=AS_ANYBODY
    )


async def _floor(folder: Path, connection: Client, count: int) -> list[float]:
    """The insert is done when the caller is answered, as ours is; then publish, receive, commit."""
    owner, follower = ground.raw(folder / "owner.sqlite"), ground.raw(folder / "follower.sqlite")
    jetstream = connection.jetstream()
    await ensure_consumer(connection, "floor", [ground.FLOOR])
    subscription = await jetstream.pull_subscribe_bind(consumer="floor", stream=STREAM)
    times = []
    for place in range(count):
        await asyncio.to_thread(_insert, owner)
        begin = time.perf_counter()
        await jetstream.publish(ground.FLOOR, ground.PAYLOAD)
        (message,) = await subscription.fetch(1, timeout=5)
        await asyncio.to_thread(ground.raw_batch, follower, place, 1)
        times.append(time.perf_counter() - begin)
        await message.ack()
    return times


def _insert(store: sqlite3.Connection) -> None:
    row = (str(uuid.uuid4()), "s", ground.PAYLOAD)
    store.execute("INSERT INTO outbox (event_id, subject, payload) VALUES (?, ?, ?)", row)
