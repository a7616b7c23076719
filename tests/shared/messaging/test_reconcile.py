# SPDX-License-Identifier: EUPL-1.2
"""The stream against the outbox: what is lost, foreign, altered or repeated; and the repair."""

import asyncio
import re
import shutil
from collections.abc import Awaitable, Callable

import pytest
from nats.aio.client import Client
from sqlalchemy import text

from services.suite.verify.histories import Histories
from shared.messaging.decode import decode
from shared.messaging.reconcile import compare
from shared.messaging.replay import read
from shared.messaging.stream import STREAM, api, filters_for
from shared.process import Process
from tests.conftest import WATERRIJK
from tests.shared.messaging.conftest import (
    PUBLISHED,
    World,
    effects,
    everything_published,
    has_effects,
    operate,
    parked_rows,
    per_subject,
    rows,
    say,
    stream_state,
    until,
)
from tests.shared.messaging.probe import message, started

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MINE = filters_for(PUBLISHED, WATERRIJK.code)


async def wiped(world: World) -> None:
    """The server lost its disk, and was provisioned again."""
    world.server.kill()
    shutil.rmtree(world.server.directory / "jetstream")
    world.server.start()
    await world.provision()


async def purged(world: World) -> None:
    await api(await world.client(), f"STREAM.PURGE.{STREAM}", {})


async def purged_in_part(world: World) -> None:
    await api(await world.client(), f"STREAM.PURGE.{STREAM}", {"seq": 200})


async def deleted_in_the_middle(world: World) -> None:
    client = await world.client()
    for sequence in (100, 101, 250):
        await api(client, f"STREAM.MSG.DELETE.{STREAM}", {"seq": sequence})


async def red(process: Process) -> bool:
    return "stream" in await process.ready()


async def in_stream(client: Client) -> list[bytes]:
    return [m.data async for batch in read(client, MINE) for m in batch]


@pytest.mark.parametrize(
    ("loses", "lost"), [(wiped, 300), (purged, 300), (purged_in_part, 199), (deleted_in_the_middle, 3)]
)
async def test_what_the_stream_lost_is_seen_and_given_back(
    world: World, loses: Callable[[World], Awaitable[None]], lost: int
) -> None:
    owner, follower = await world.owner(), await world.follower()
    await say(owner, *(started(f"s{n % 7}") for n in range(300)))
    await until(lambda: has_effects(follower, 300))
    await until(lambda: everything_published(owner))
    await until(lambda: has_seen(owner, 300))
    await until(lambda: has_seen(follower, 300))
    assert (await operate(owner, "reconcile"))[1].startswith("300 the same, 0 lost")
    await loses(world)
    await until(lambda: red(owner))
    await until(lambda: red(follower))
    done, report = await operate(owner, "reconcile")
    assert done
    assert f"{300 - lost} the same, {lost} lost by the stream" in report
    assert await red(owner)
    done, report = await operate(owner, "reconcile", repair=True)
    assert done
    assert re.search(r"repaired in \d+\.\d s; after repair: 300 the same, 0 lost .* 0 altered", report)
    await until(lambda: is_ready(owner))
    await operate(follower, "reconcile")
    assert await red(follower), "who publishes nothing takes the word of an operator, after the repair"
    await operate(follower, "reconcile", repair=True)
    await until(lambda: is_ready(follower))
    await say(owner, started("s0"))
    await until(lambda: has_effects(follower, 301))
    assert len(set(await effects(follower))) == 301
    assert await parked_rows(follower) == []
    assert await in_order_at_last(await world.client()) == 301
    if lost == 300:
        written = await rows(owner, "SELECT payload FROM outbox ORDER BY id")
        assert await in_stream(await world.client()) == [bytes(row[0]) for row in written]
    newcomer = await world.follower(name="newcomer")
    await until(lambda: has_effects(newcomer, 301))
    for sequences in per_subject(await effects(newcomer)).values():
        assert sequences == list(range(1, len(sequences) + 1))


async def is_ready(process: Process) -> bool:
    return await process.ready() == {}


async def in_order_at_last(client: Client) -> int:
    """How many events one takes who reads the stream and keeps only what is next of its subject."""
    reader = Histories()
    taken = [
        reader.take(decode(m.subject, m.data, WATERRIJK)) async for batch in read(client, MINE) for m in batch
    ]
    assert list(reader.broken()) == []
    return sum(taken)


async def has_seen(process: Process, messages: int) -> bool:
    return await rows(process, "SELECT messages FROM stream_seen") == [(messages,)]


@on_sqlite
async def test_what_is_not_of_the_owner_is_told(world: World) -> None:
    owner = await world.owner()
    await say(owner, *(started(f"s{n}") for n in range(20)))
    await until(lambda: everything_published(owner))
    payloads = await rows(owner, "SELECT event_id, nats_subject, payload FROM outbox ORDER BY id LIMIT 3")
    client = await world.client()
    (first, subject, payload), (_, _, other), _ = payloads
    await client.request(subject, bytes(payload), headers={"Nats-Msg-Id": f"{first}#again"})  # repeated
    await client.request(subject, bytes(other), headers={"Nats-Msg-Id": f"{first}#else"})  # altered
    await world.publish(message("s0", 2))  # foreign
    found = await compare(client, owner.database, MINE)
    assert (found.same, found.lost, found.repeated) == (20, [], 1)
    assert len(found.altered) == len(found.foreign) == 1
    assert not found.is_whole
    _, report = await operate(owner, "reconcile", repair=True)
    assert "1 not in the outbox, 1 altered, 1 repeated" in report


@on_sqlite
async def test_what_is_published_while_it_compares_is_not_lost(world: World) -> None:
    owner = await world.owner()
    await say(owner, *(started(f"s{n % 7}") for n in range(1000)))
    await until(lambda: everything_published(owner))
    client, found = await world.client(), []
    for _ in range(5):
        await say(owner, *(started(f"t{n % 7}") for n in range(100)))
        found.append(await compare(client, owner.database, MINE))
    assert [(each.lost, each.foreign) for each in found] == [([], [])] * 5


@on_sqlite
async def test_a_store_older_than_the_stream_shows_as_foreign(world: World) -> None:
    owner = await world.owner()
    await say(owner, started("a"), started("b"))
    await until(lambda: everything_published(owner))
    await owner.database.write(lambda c: c.execute(text("DELETE FROM outbox WHERE subject = 'b'")))
    assert "1 not in the outbox" in (await operate(owner, "reconcile", repair=True))[1]
    assert (await stream_state(await world.client()))["messages"] == 2


@on_sqlite
async def test_many_lost_events_are_given_back_at_once(world: World) -> None:
    """In atomic batches: one by one this took three requests for each event."""
    owner, follower = await world.owner(), await world.follower()
    await say(owner, *(started(f"s{n % 100}") for n in range(700)))
    await until(lambda: has_effects(follower, 700))
    await until(lambda: everything_published(owner))
    for loses in (purged, wiped):
        await loses(world)
        done, report = await operate(owner, "reconcile", repair=True)
        assert done, report
        assert "700 the same, 0 lost by the stream, 0 not in the outbox, 0 altered, 0 repeated" in report
        print(report)
    assert len(await in_stream(await world.client())) == 700
    await until(lambda: has_effects(follower, 700))
    assert await parked_rows(follower) == []


@on_sqlite
async def test_what_is_told_during_a_repair_comes_after_what_it_follows(world: World) -> None:
    owner = await world.owner()
    await say(owner, *(started(f"s{n % 3}") for n in range(900)))
    await until(lambda: everything_published(owner))
    await deleted_in_the_middle(world)

    async def goes_on() -> None:
        for _ in range(60):
            await say(owner, *(started(f"s{n % 3}") for n in range(9)))

    going_on = asyncio.create_task(goes_on())
    done, report = await operate(owner, "reconcile", repair=True)
    assert done, report
    await going_on
    await until(lambda: everything_published(owner))
    assert await in_order_at_last(await world.client()) == 900 + 540


@on_sqlite
async def test_a_second_loss_is_repaired_as_the_first(world: World) -> None:
    """For a day the server takes a message for a duplicate, also one that it lost."""
    owner = await world.owner()
    await say(owner, *(started(f"s{n % 7}") for n in range(300)))
    await until(lambda: everything_published(owner))
    for loses in (purged, purged, wiped, purged):
        await loses(world)
        done, report = await operate(owner, "reconcile", repair=True)
        assert done, report
        assert "300 the same, 0 lost" in report
