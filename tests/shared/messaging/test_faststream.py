# SPDX-License-Identifier: EUPL-1.2
"""What we lean on in FastStream, nats-py and nats-server: a release that changes it must not go unseen."""

import asyncio
import json
import uuid

import pytest
from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.errors import Error as NatsError
from pydantic import BaseModel

from shared.messaging.stream import STREAM, api, redeliver_from
from tests.conftest import PATIENCE
from tests.shared.messaging.conftest import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SUBJECT = "kernpuls.gm9999.de-plaat.initiative.started.v1"


class Strict(BaseModel):
    number: int


async def test_faststream_answers_nothing_to_what_it_cannot_validate(world: World) -> None:
    """Why our questions are validated inside the handler."""
    broker = NatsBroker(world.server.url, logger=None)

    @broker.subscriber("strict")
    async def answer(message: Strict) -> str:
        return "read"

    await broker.start()
    assert (await broker.request({"number": 1}, "strict", timeout=PATIENCE)).body == b"read"
    with pytest.raises((NatsError, TimeoutError)):
        await broker.request({"number": "no"}, "strict", timeout=0.3)
    await broker.stop()


async def test_a_broker_stopped_while_its_server_is_away_keeps_its_dead_client(world: World) -> None:
    """Why the bus makes a new broker rather than start the old one again."""
    broker = NatsBroker(world.server.url, logger=None, max_reconnect_attempts=-1)
    await broker.start()
    world.server.kill()
    await asyncio.sleep(0.1)
    with pytest.raises(NatsError):
        await broker.stop()
    assert broker.connection is not None
    await broker.connection.close()


async def batch(client: Client, *ids: str) -> dict[str, object]:
    name = uuid.uuid4().hex
    for place, event_id in enumerate(ids, 1):
        headers = {"Nats-Msg-Id": event_id, "Nats-Batch-Id": name, "Nats-Batch-Sequence": str(place)}
        if place < len(ids):
            await client.publish(SUBJECT, b"{}", headers=headers)
    headers["Nats-Batch-Commit"] = "1"
    return dict(json.loads((await client.request(SUBJECT, b"{}", headers=headers)).data))


async def messages(client: Client) -> int:
    return int((await api(client, f"STREAM.INFO.{STREAM}"))["state"]["messages"])


async def test_an_atomic_batch_with_a_repetition_is_refused_whole(world: World) -> None:
    client = await world.client()
    assert (await batch(client, "a", "b", "c"))["seq"] == 3
    refused = await batch(client, "d", "b", "e")
    assert refused["error"]["err_code"] == 10201  # type: ignore[index]
    assert await messages(client) == 3
    assert (await batch(client, "d", "e"))["seq"] == 5


async def test_an_atomic_batch_with_a_hole_is_refused_whole(world: World) -> None:
    client, name = await world.client(), uuid.uuid4().hex
    for place in (1, 3):
        headers = {"Nats-Msg-Id": f"m{place}", "Nats-Batch-Id": name, "Nats-Batch-Sequence": str(place)}
        await client.publish(SUBJECT, b"{}", headers=headers)
    headers = {"Nats-Batch-Id": name, "Nats-Batch-Sequence": "4", "Nats-Batch-Commit": "1"}
    assert "error" in json.loads((await client.request(SUBJECT, b"{}", headers=headers)).data)
    assert await messages(client) == 0
    assert (await batch(client, "m1", "m3"))["seq"] == 2


async def test_an_id_outlives_its_event(world: World) -> None:
    """Why the relay looks whether a duplicate is there at all."""
    client = await world.client()
    await batch(client, "a", "b")
    await api(client, f"STREAM.PURGE.{STREAM}", {})
    again = json.loads((await client.request(SUBJECT, b"{}", headers={"Nats-Msg-Id": "a"})).data)
    assert again["duplicate"]
    assert await messages(client) == 0


async def test_a_consumer_begun_beyond_the_end_silently_receives_nothing(world: World) -> None:
    client = await world.client()
    await batch(client, "a", "b")
    config = {"name": "c", "ack_policy": "explicit", "deliver_policy": "all"}
    await api(client, f"CONSUMER.CREATE.{STREAM}.c", {"stream_name": STREAM, "config": config})
    await redeliver_from(client, "c", 5000)
    assert (await api(client, f"CONSUMER.INFO.{STREAM}.c"))["num_pending"] == 0
    await redeliver_from(client, "c", 1)
    assert (await api(client, f"CONSUMER.INFO.{STREAM}.c"))["num_pending"] == 2
