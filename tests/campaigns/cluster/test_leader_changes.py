# SPDX-License-Identifier: EUPL-1.2
"""The stream and its consumer change their leader again and again, amid batches, pulls and resets."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client

from shared.messaging.replay import read
from shared.messaging.stream import AWAY, STREAM, ApiError, api, ensure_stream, redeliver_from
from shared.municipality import Municipality
from tests.campaigns.cluster.servers import Cluster
from tests.conftest import NatsServer, OpenDatabase
from tests.shared.messaging.conftest import (
    FOLLOWER,
    STREAM_BYTES,
    World,
    effects,
    everything_published,
    has_effects,
    per_subject,
    rows,
    say,
    until,
)
from tests.shared.messaging.probe import started

SUBJECTS, AT_ONCE, CHANGES = 40, 400, 10
TROUBLE = (*AWAY, ApiError)


class Three(World):
    """On a cluster."""

    async def provision(self) -> None:
        client = await self.client()

        async def made() -> bool:
            with suppress(*TROUBLE):
                return bool(await ensure_stream(client, STREAM_BYTES, replicas=3))
            return False

        await until(made, 60)

    async def client(self) -> Client:
        client = await nats.connect(self.server.url.split(","), max_reconnect_attempts=-1)
        self.clients.append(client)
        return client


@pytest.fixture
async def three(
    tmp_path: Path, open_database: OpenDatabase, municipality: Municipality
) -> AsyncIterator[Three]:
    cluster = Cluster(tmp_path / "cluster")
    cluster.start()
    server: NatsServer = cluster  # type: ignore[assignment]  # its url is all that a world wants
    world = Three(open_database, server, municipality)
    await world.provision()
    yield world
    await world.close()
    cluster.end()


async def change_leaders(client: Client, rng: random.Random, done: Counter[str]) -> None:
    """For ever. A consumer is also told to begin anew, as a new leader of a service tells it."""
    changes: dict[str, Callable[[], Awaitable[object]]] = {
        "stream": lambda: api(client, f"STREAM.LEADER.STEPDOWN.{STREAM}"),
        "consumer": lambda: api(client, f"CONSUMER.LEADER.STEPDOWN.{STREAM}.{FOLLOWER}"),
        "reset": lambda: redeliver_from(client, FOLLOWER),
    }
    while True:
        what = rng.choice(["stream", "stream", "consumer", "reset"])
        with suppress(*TROUBLE):
            await changes[what]()
            done[what] += 1
        await asyncio.sleep(rng.uniform(0, 0.3))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_leaders_that_change_lose_double_and_disorder_nothing(three: Three) -> None:
    owner, follower = await three.owner(), await three.follower()
    client, done = await three.client(), Counter[str]()
    changing = asyncio.create_task(change_leaders(client, random.Random(5), done))
    said = 0
    async with asyncio.timeout(120):
        while done["stream"] < CHANGES:
            await say(owner, *(started(f"s{n % SUBJECTS}") for n in range(AT_ONCE)))
            said += 1
            await asyncio.sleep(0.1)
    changing.cancel()
    await until(lambda: everything_published(owner), 60)
    await until(lambda: has_effects(follower, said * AT_ONCE), 60)
    print(said * AT_ONCE, dict(done))
    found = [str((m.headers or {})["Nats-Msg-Id"]) async for b in read(client, ["kernpuls.>"]) for m in b]
    assert found == [row[0] for row in await rows(owner, "SELECT event_id FROM outbox ORDER BY id")]
    each = list(range(1, said * AT_ONCE // SUBJECTS + 1))
    assert per_subject(await effects(follower)) == {f"s{n}": each for n in range(SUBJECTS)}
    assert not await rows(owner, "SELECT 1 FROM stream_seen WHERE regressed_at IS NOT NULL")
    assert not await rows(follower, "SELECT 1 FROM stream_seen WHERE regressed_at IS NOT NULL")
