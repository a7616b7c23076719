# SPDX-License-Identifier: EUPL-1.2
"""The whole stream in order, each event once, also while the server dies."""

import asyncio

import pytest

from shared.messaging import pull, replay
from shared.messaging.replay import read
from shared.messaging.stream import STREAM, StreamError, api
from tests.shared.messaging.conftest import World, everything_published, say, until
from tests.shared.messaging.probe import message, released, started

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize("newer_acknowledgements", [False, True])
async def test_six_thousand_events_while_the_server_is_killed(
    world: World, newer_acknowledgements: bool
) -> None:
    if newer_acknowledgements:  # the server's next default: its reply subject has two tokens more
        world.configure("feature_flags { js_ack_fc_v2: true }")
    owner, client = await world.owner(), await world.client()
    for start in range(0, 6000, 1000):
        await say(owner, *(started(f"s{n}") for n in range(start, start + 1000)))
    await until(lambda: everything_published(owner))
    places: list[int] = []
    killed = 0
    async for batch in read(client, ["kernpuls.>"]):
        places += [replay.stream_sequence(m) for m in batch]
        if len(places) > 1000 * (killed + 1) and killed < 3:
            killed += 1
            world.server.kill()
            await asyncio.sleep(0.1)
            world.server.start()
    assert killed == 3
    assert places == list(range(1, 6001))


@on_sqlite
async def test_nothing_is_read_of_an_empty_stream_or_one_without_such_events(world: World) -> None:
    client = await world.client()
    assert [b async for b in read(client, ["kernpuls.>"])] == []
    await world.publish(message("a", 1))
    assert [b async for b in read(client, ["kernpuls.*.*.grant.>"])] == []
    assert [b async for b in read(client, ["kernpuls.>"], start=2)] == []


@on_sqlite
async def test_only_what_is_asked_for_is_read(world: World) -> None:
    owner, client = await world.owner(), await world.client()
    await say(owner, *(event for n in range(300) for event in (started(f"s{n}"), released(f"s{n}"))))
    await until(lambda: everything_published(owner))
    grants = [m async for b in read(client, ["kernpuls.*.*.grant.>"]) for m in b]
    assert [replay.stream_sequence(m) for m in grants] == list(range(2, 601, 2))
    some = [m async for b in read(client, ["kernpuls.>"], start=595) for m in b]
    assert [replay.stream_sequence(m) for m in some] == list(range(595, 601))


@on_sqlite
async def test_a_stream_made_anew_meanwhile_is_not_taken_for_the_rest(world: World) -> None:
    owner, client = await world.owner(), await world.client()
    await say(owner, *(started(f"s{n}") for n in range(2000)))
    await until(lambda: everything_published(owner))
    await world.stop(owner)

    async def reads() -> None:
        wiped = False
        async for _ in read(client, ["kernpuls.>"]):
            if not wiped:
                await api(client, f"STREAM.DELETE.{STREAM}")
                await world.provision()
                wiped = True

    with pytest.raises(StreamError, match="created again while it was read"):
        await reads()


@on_sqlite
async def test_a_reader_that_nobody_reports_gone_is_replaced(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Across accounts the server does not say that a consumer is gone; only its silence does."""
    owner, client = await world.owner(), await world.client()
    await say(owner, *(started(f"s{n}") for n in range(1000)))
    await until(lambda: everything_published(owner))

    async def unheard(self: pull.LongPull) -> None:
        self._gone = False

    monkeypatch.setattr(pull.LongPull, "_check", unheard)
    places: list[int] = []
    async for batch in read(client, ["kernpuls.>"]):
        if not places:
            (reader,) = (await api(client, f"CONSUMER.NAMES.{STREAM}"))["consumers"]
            await api(client, f"CONSUMER.DELETE.{STREAM}.{reader}")
        places += [replay.stream_sequence(m) for m in batch]
    assert places == list(range(1, 1001))
