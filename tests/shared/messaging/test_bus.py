# SPDX-License-Identifier: EUPL-1.2
"""The bus killed, stopped, frozen, restarted on nothing; its consumer deleted or changed by somebody."""

import asyncio
import signal
from contextlib import suppress
from typing import Any

import pytest
from nats.aio.client import Client

from services.suite.prepare import connected
from shared.messaging import broker
from shared.messaging.stream import SECOND, STREAM, ApiError, api
from shared.process import Process
from shared.settings import Settings
from tests.conftest import PATIENCE, NatsServer, free_port
from tests.shared.messaging.conftest import (
    FOLLOWER,
    World,
    effects,
    everything_published,
    has_effects,
    parked_rows,
    per_subject,
    say,
    until,
)
from tests.shared.messaging.probe import message, started

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def flows(owner: Process, follower: Process) -> None:
    """One event goes all the way."""
    before = len([subject for subject, _ in await effects(follower) if subject == "flows"])
    await say(owner, started("flows"))

    async def arrived() -> bool:
        return ("flows", before + 1) in await effects(follower)

    await until(arrived)


@on_sqlite
@pytest.mark.parametrize("how", ["kill", "stop"])
async def test_a_server_that_comes_back_is_used_again(world: World, how: str) -> None:
    owner, follower = await world.owner(), await world.follower()
    await flows(owner, follower)
    for _ in range(2):
        getattr(world.server, how)()
        await say(owner, started("meanwhile"))
        await asyncio.sleep(0.2)
        world.server.start()
        await flows(owner, follower)
    await until(lambda: has_effects(follower, 5))
    assert per_subject(await effects(follower)) == {"flows": [1, 2, 3], "meanwhile": [1, 2]}
    assert await owner.ready() == await follower.ready() == {}


@on_sqlite
async def test_a_frozen_server_is_waited_for(world: World) -> None:
    owner, follower = await world.owner(), await world.follower()
    await flows(owner, follower)
    assert world.server.process
    world.server.process.send_signal(signal.SIGSTOP)
    for n in range(30):  # each is accepted before the server goes on
        await say(owner, started(f"s{n % 3}"))
    await asyncio.sleep(5)
    world.server.process.send_signal(signal.SIGCONT)
    await until(lambda: has_effects(follower, 31))
    await until(lambda: everything_published(owner))


@on_sqlite
async def test_a_client_that_is_closed_for_good_is_replaced(world: World) -> None:
    owner, follower = await world.owner(), await world.follower()
    await flows(owner, follower)
    for process in (owner, follower):
        await process.bus.broker.connection.close()  # as nats-py does when the server refuses it
    await flows(owner, follower)
    assert await owner.ready() == {}


@on_sqlite
async def test_a_client_that_stopped_reconnecting_is_replaced(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that FastStream's callback raises ends nats-py's reconnecting without a word."""
    monkeypatch.setattr(broker, "GIVE_UP", 3.0)
    owner, follower = await world.owner(), await world.follower()
    await flows(owner, follower)
    clients = [owner.bus.broker.connection, follower.bus.broker.connection]
    open_again = world.configure('authorization { user: "other", password: "x" }')
    await until(lambda: asyncio.sleep(0, all(client.last_error for client in clients)))
    await asyncio.sleep(0.5)
    assert not any(client.is_closed for client in clients)
    open_again()
    await flows(owner, follower)
    assert [client.is_connected for client in clients] == [False, False]


@on_sqlite
async def test_a_refused_password_is_tried_again(world: World) -> None:
    open_again = world.configure('authorization { user: "other", password: "x" }')
    owner = await world.owner()
    await say(owner, started("a"))
    await asyncio.sleep(1)
    with pytest.raises(Exception, match="Authorization"):
        await asyncio.wait_for(owner.bus.connection(), PATIENCE)
    assert "bus" in await owner.ready()
    open_again()
    await until(lambda: everything_published(owner))


@on_sqlite
async def test_a_deleted_consumer_is_made_again_and_nothing_is_skipped(world: World) -> None:
    owner, follower = await world.owner(), await world.follower()
    await flows(owner, follower)
    client = await world.client()
    for _ in range(2):
        await api(client, f"CONSUMER.DELETE.{STREAM}.{FOLLOWER}")
        await say(owner, *(started(f"s{n}") for n in range(5)))
        await flows(owner, follower)
    await until(lambda: has_effects(follower, 13))
    assert per_subject(await effects(follower)) == {"flows": [1, 2, 3], **{f"s{n}": [1, 2] for n in range(5)}}


DRIFTS: list[dict[str, Any]] = [
    {"filter_subjects": ["kernpuls.*.*.grant.>"]},
    {"max_deliver": 1},
    {"ack_wait": SECOND},
    {"max_ack_pending": 1},
    {"backoff": [SECOND, 2 * SECOND], "max_deliver": 3},
    {"headers_only": True},
    {"inactive_threshold": 60 * SECOND},
]


async def consumer(client: Client) -> dict[str, Any]:
    return dict((await api(client, f"CONSUMER.INFO.{STREAM}.{FOLLOWER}"))["config"])


@on_sqlite
async def test_a_changed_consumer_is_mended(world: World) -> None:
    owner, follower = await world.owner(), await world.follower()
    await flows(owner, follower)
    client = await world.client()
    right = await consumer(client)
    for drift in DRIFTS:
        config = {k: v for k, v in right.items() if k != "filter_subjects" or "filter_subjects" not in drift}
        request = {"stream_name": STREAM, "config": config | drift}
        changed = await api(client, f"CONSUMER.CREATE.{STREAM}.{FOLLOWER}", request)
        assert changed["config"] != right

        async def mended() -> bool:
            return await consumer(client) == right

        await until(mended)
        await flows(owner, follower)
    assert await parked_rows(follower) == []


@on_sqlite
async def test_a_consumer_of_the_wrong_kind_is_replaced(world: World) -> None:
    owner = await world.owner()
    await say(owner, started("a"))
    await until(lambda: everything_published(owner))
    client = await world.client()
    wrong = {"durable_name": FOLLOWER, "ack_policy": "none", "deliver_policy": "new"}
    request = {"stream_name": STREAM, "config": wrong}
    await api(client, f"CONSUMER.CREATE.{STREAM}.{FOLLOWER}", request)
    follower = await world.follower()
    await until(lambda: has_effects(follower, 1))
    await flows(owner, follower)


@on_sqlite
async def test_messages_that_pretend_to_be_the_server_are_parked(world: World) -> None:
    """Headers that say 503, a subject that is not UTF-8: either would end the delivery for good."""
    follower = await world.follower()
    reader, writer = await asyncio.open_connection("127.0.0.1", world.server.port)
    await reader.readline()
    writer.write(b'CONNECT {"verbose":true,"headers":true,"no_responders":true}\r\n')
    status = b"NATS/1.0\r\nStatus: 503\r\n\r\n"
    subject = b"kernpuls.gm9999.de-plaat.initiative.started.v1"
    writer.write(b"HPUB %b %d %d\r\n%b\r\n" % (subject, len(status), len(status), status))
    writer.write(b"PUB kernpuls.gm9999.\xff\xfe.initiative.started.v1 5\r\nhello\r\n")
    writer.write(b"PUB kernpuls.gm9999.\xff\xfe.initiative.started.v1 5\r\nworld\r\nPING\r\n")
    await writer.drain()
    for _ in range(5):
        await reader.readline()
    await world.publish(message("a", 1), message("a", 2))
    await until(lambda: has_effects(follower, 2))
    assert await parked_rows(follower) == [(None, None, "dead")] * 3
    writer.close()


@on_sqlite
async def test_a_stream_that_is_gone_shows_and_a_new_one_is_used(world: World) -> None:
    owner, follower = await world.owner(), await world.follower()
    await flows(owner, follower)
    client = await world.client()

    async def sees(process: Process) -> bool:
        found = await process.database.read(lambda c: c.exec_driver_sql("SELECT 1 FROM stream_seen").all())
        return bool(found)

    await until(lambda: sees(owner))
    await until(lambda: sees(follower))
    await api(client, f"STREAM.DELETE.{STREAM}")

    async def red() -> bool:
        return "stream" in await owner.ready() and "stream" in await follower.ready()

    await until(red)
    with pytest.raises(ApiError):
        await api(client, f"STREAM.INFO.{STREAM}")
    await say(owner, started("meanwhile"))
    await world.provision()
    await until(lambda: everything_published(owner))
    await until(lambda: has_effects(follower, 2))
    assert await red()


async def test_a_bus_that_takes_its_time_is_waited_for_as_long_as_was_said(nats_server: NatsServer) -> None:
    """On a busy machine a server may need seconds to say who it is; `kernpuls verify` has them."""

    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3)
        from_server, to_server = await asyncio.open_connection("127.0.0.1", nats_server.port)
        await asyncio.gather(_pass_on(reader, to_server), _pass_on(from_server, writer))

    port = free_port()
    async with await asyncio.start_server(late, "127.0.0.1", port):
        settings = Settings(nats_url=f"nats://127.0.0.1:{port}")
        async with connected(settings, "budget", PATIENCE) as bus:
            assert bus.is_connected


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while heard := await reader.read(65_536):
            writer.write(heard)
    writer.close()
