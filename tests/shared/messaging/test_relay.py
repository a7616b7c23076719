# SPDX-License-Identifier: EUPL-1.2
"""From the outbox to the stream: in order, once, whatever happens on the way."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from nats.aio.client import Client
from sqlalchemy import text

from shared.messaging import crash, relay
from shared.messaging.replay import read, stream_sequence
from shared.messaging.stream import ensure_stream
from shared.messaging.transaction import Cause
from shared.process import Process
from tests.conftest import PATIENCE
from tests.shared.messaging.conftest import (
    HOUR,
    World,
    everything_published,
    figure,
    record,
    rows,
    say,
    stream_state,
    until,
)
from tests.shared.messaging.probe import started

EVERYTHING = ["kernpuls.>"]
IN_ORDER = "SELECT event_id FROM outbox ORDER BY id"


async def stored(client: Client) -> list[str]:
    """The ids of the events in the stream, in its order."""
    return [str((m.headers or {})["Nats-Msg-Id"]) async for batch in read(client, EVERYTHING) for m in batch]


async def written(process: Process) -> list[str]:
    return [row[0] for row in await rows(process, IN_ORDER)]


@pytest.mark.parametrize("count", [1, 7, 8, 1300])
async def test_the_stream_has_the_order_of_the_outbox(world: World, count: int) -> None:
    owner = await world.owner()
    await say(owner, *(started(f"s{n % 7}") for n in range(count)))
    await until(lambda: everything_published(owner))
    assert await stored(await world.client()) == await written(owner)
    places = await rows(owner, "SELECT stream_sequence FROM outbox ORDER BY id")
    assert places == [(n,) for n in range(1, count + 1)]


async def test_a_commit_wakes_the_relay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "SAFETY_POLL", HOUR)
    owner = await world.owner()
    await say(owner, started("a"))
    await until(lambda: everything_published(owner))
    for _ in range(10):
        await say(owner, started("a"))
        await until(lambda: everything_published(owner))


@pytest.mark.parametrize("count", [3, 40])
async def test_what_was_published_but_not_marked_is_not_doubled(world: World, count: int) -> None:
    owner = await world.owner()
    await say(owner, *(started(f"s{n % 3}") for n in range(count)))
    await until(lambda: everything_published(owner))
    places = await rows(owner, "SELECT stream_sequence FROM outbox ORDER BY id")
    forget = text("UPDATE outbox SET published_at = NULL, stream_sequence = NULL WHERE id % 3 <> 0")
    await owner.database.write(lambda c: c.execute(forget))
    await say(owner, *(started(f"s{n % 3}") for n in range(count)))
    await until(lambda: everything_published(owner))
    assert await stored(await world.client()) == await written(owner)
    assert (await rows(owner, "SELECT stream_sequence FROM outbox ORDER BY id"))[:count] == places


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_low_id_that_commits_last_is_published(world: World) -> None:
    """Ids are given out in the order of the inserts, and become visible in that of the commits."""
    owner = await world.owner()
    with owner.database.engine.connect() as slow:
        transaction = slow.begin()
        tx = owner.transactions.begin(slow, Cause("slow"))
        tx.record([started("slow")])
        owner.transactions.save([tx])
        await say(owner, started("quick"))
        await until(lambda: everything_published(owner))
        await asyncio.to_thread(transaction.commit)
    await until(lambda: everything_published(owner))
    first, second = await written(owner)
    assert await stored(await world.client()) == [second, first]


@pytest.mark.parametrize("point", ["CP2", "CP3", "CP4"])
@pytest.mark.parametrize("count", [5, 600])
async def test_a_death_on_the_way_neither_loses_nor_doubles(
    world: World, monkeypatch: pytest.MonkeyPatch, point: str, count: int
) -> None:
    owner = await world.owner()
    passed: list[str] = []

    def dies(at: str) -> None:
        passed.append(at)
        if at == point and passed.count(point) <= 2:
            raise RuntimeError(f"died at {point}")

    monkeypatch.setattr(crash, "here", dies)
    with suppress(RuntimeError):  # the command's caller is told of a death right after its commit
        await say(owner, *(started(f"s{n % 7}") for n in range(count)))
    await until(lambda: everything_published(owner))
    assert passed.count(point) > 2
    assert await stored(await world.client()) == await written(owner)


async def test_the_server_killed_amid_5000_events(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "ACK_TIMEOUT", 1.0)
    owner, client = await world.owner(), await world.client()

    async def commands() -> None:
        for _ in range(100):
            await say(owner, *(started(f"s{n % 31}") for n in range(50)))

    async def half_way() -> bool:
        return bool((await stream_state(client))["messages"] > 1500)

    saying = asyncio.create_task(commands())
    await until(half_way)
    for _ in range(2):
        world.server.kill()
        await asyncio.sleep(0.1)
        world.server.start()
        await asyncio.sleep(0.3)
    await saying
    await until(lambda: everything_published(owner))
    assert await stored(await world.client()) == await written(owner)
    assert len(await written(owner)) == 5000


async def test_commands_are_accepted_while_the_bus_is_away(world: World) -> None:
    world.server.stop()
    owner = await world.owner()
    for _ in range(20):
        await say(owner, started("a"))
    assert set(await owner.ready()) == {"bus"}
    assert not await everything_published(owner)
    world.server.start()
    await until(lambda: everything_published(owner))
    assert await stored(await world.client()) == await written(owner)


async def test_a_full_stream_refuses_and_the_outbox_waits(world: World) -> None:
    client = await world.client()
    await world.limit_stream(100_000)
    owner = await world.owner()
    await say(owner, *(started(f"s{n}") for n in range(400)))

    await asyncio.sleep(0.5)
    assert not await everything_published(owner)
    await ensure_stream(client, 10_000_000)
    await until(lambda: everything_published(owner))
    assert await stored(client) == await written(owner)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_of_two_instances_one_publishes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "SAFETY_POLL", 0.05)  # the commits of the other instance wake nobody
    instances = [await world.owner(), await world.owner()]
    batches: list[Any] = []
    publish = relay.publish

    async def watched(client: Client, *waiting: Any) -> dict[int, int]:
        batches.append(client)
        return await publish(client, *waiting)

    monkeypatch.setattr(relay, "publish", watched)
    commands = [
        instance.transactions.run(record(started(f"s{n % 5}"), started("all")), Cause("c"))
        for n in range(100)
        for instance in instances
    ]
    await asyncio.gather(*commands)
    await until(lambda: everything_published(instances[0]))
    assert len(set(map(id, batches))) == 1
    found = await stored(await world.client())
    assert len(found) == len(set(found)) == 400
    subjects = dict(await rows(instances[0], "SELECT event_id, subject FROM outbox"))
    for subject in set(subjects.values()):
        mine = await rows(
            instances[0], f"SELECT event_id FROM outbox WHERE subject = '{subject}' ORDER BY sequence"
        )
        assert [(event,) for event in found if subjects[event] == subject] == mine


@pytest.mark.parametrize("count", [1, 3, 40])
@pytest.mark.parametrize("subject", ["kernpuls.gm9999.de-plaat.survey.opened.v1", "its own"])
async def test_an_id_that_somebody_else_used_silences_nobody(world: World, count: int, subject: str) -> None:
    """The server takes an event for a duplicate by its id alone, whatever it has stored by that id."""
    client = await world.client()
    world.server.stop()
    owner = await world.owner()
    await say(owner, *(started(f"s{n}") for n in range(count)))
    ids, own = await written(owner), await rows(owner, "SELECT nats_subject, payload FROM outbox ORDER BY id")
    await world.stop(owner)
    world.server.start()
    for event_id in ids[: count // 2 + 1]:
        where = own[0][0] if subject == "its own" else subject
        await client.request(where, b"forged", headers={"Nats-Msg-Id": event_id}, timeout=PATIENCE)
    owner = await world.owner()
    await until(lambda: everything_published(owner))
    there = {stream_sequence(m): m.data async for batch in read(client, EVERYTHING) for m in batch}
    marked = await rows(owner, "SELECT stream_sequence, payload FROM outbox ORDER BY id")
    assert [there[place] for place, _ in marked] == [payload for _, payload in marked]
    assert [place for place, _ in marked] == sorted({place for place, _ in marked})
    assert await figure(owner, "kernpuls_outbox_ids_taken_total") == count // 2 + 1
    await say(owner, started("s0"))
    await until(lambda: everything_published(owner))
    assert await figure(owner, "kernpuls_outbox_ids_taken_total") == count // 2 + 1
