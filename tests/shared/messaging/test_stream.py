# SPDX-License-Identifier: EUPL-1.2
"""Provisioning strengthens what is there and never weakens it."""

from typing import Any

import pytest
from nats.aio.client import Client

from shared.contracts.budget import BudgetAdopted, GrantAllocated, GrantDeclined
from shared.messaging.stream import (
    DUPLICATE_WINDOW,
    SECOND,
    STREAM,
    ApiError,
    NoJetStream,
    StreamError,
    api,
    ensure_consumer,
    ensure_stream,
    filters_for,
)
from tests.shared.messaging.conftest import STREAM_BYTES, World

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FILTERS = ["kernpuls.*.*.initiative.>"]


@pytest.fixture
async def client(world: World) -> Client:
    """On a server without the stream."""
    client = await world.client()
    await api(client, f"STREAM.DELETE.{STREAM}")
    return client


async def config(client: Client) -> dict[str, Any]:
    return dict((await api(client, f"STREAM.INFO.{STREAM}"))["config"])


@on_sqlite
async def test_it_is_made_once_and_then_left_alone(client: Client) -> None:
    assert [await ensure_stream(client, STREAM_BYTES) for _ in range(3)] == ["created", "kept", "kept"]
    have = await config(client)
    assert have["storage"] == "file"
    assert have["discard"] == "new"
    assert have["allow_atomic"]
    assert have["max_age"] == 0
    assert have["duplicate_window"] == DUPLICATE_WINDOW
    assert have["max_bytes"] == STREAM_BYTES


@on_sqlite
async def test_what_would_lose_events_is_lifted(client: Client) -> None:
    weak = {
        "name": STREAM,
        "subjects": ["kernpuls.gm0001.>", "others.>"],
        "max_age": 3600 * SECOND,
        "max_msgs": 10,
        "max_bytes": 1_000_000,
        "max_msgs_per_subject": 1,
        "max_msg_size": 1000,
        "discard": "old",
        "duplicate_window": SECOND,
        "allow_direct": False,
        "no_ack": True,
    }
    await api(client, f"STREAM.CREATE.{STREAM}", weak)
    assert await ensure_stream(client, STREAM_BYTES) == "updated"
    have = await config(client)
    assert have["max_age"] == 0
    assert have["max_msgs"] == have["max_msgs_per_subject"] == have["max_msg_size"] == -1
    assert have["max_bytes"] == STREAM_BYTES
    assert have["discard"] == "new"
    assert have["duplicate_window"] == DUPLICATE_WINDOW
    assert have["allow_direct"]
    assert have["allow_atomic"]
    assert "no_ack" not in have
    assert have["subjects"] == ["others.>", "kernpuls.>"]
    assert await ensure_stream(client, STREAM_BYTES) == "kept"


@on_sqlite
async def test_what_is_stronger_or_not_ours_stays(client: Client) -> None:
    await ensure_stream(client, STREAM_BYTES)
    theirs = {
        "description": "the events of Waterrijk",
        "metadata": {"owner": "beheer"},
        "duplicate_window": 2 * DUPLICATE_WINDOW,
        "max_bytes": 2 * STREAM_BYTES,
        "compression": "s2",
        "deny_delete": True,
        "deny_purge": True,
        "subjects": ["kernpuls.>", "others.>"],
        "consumer_limits": {"max_ack_pending": 5000},
    }
    await api(client, f"STREAM.UPDATE.{STREAM}", await config(client) | theirs)
    before = await config(client)
    assert await ensure_stream(client, STREAM_BYTES) == "kept"
    await api(
        client, f"STREAM.UPDATE.{STREAM}", before | {"max_age": 3600 * SECOND, "duplicate_window": SECOND}
    )
    assert await ensure_stream(client, STREAM_BYTES) == "updated"
    after = await config(client)
    assert after == before | {"duplicate_window": DUPLICATE_WINDOW}
    assert after["metadata"]["owner"] == "beheer"


@on_sqlite
@pytest.mark.parametrize(
    "wrong", [{"storage": "memory"}, {"retention": "workqueue"}, {"retention": "interest"}]
)
async def test_what_cannot_be_changed_is_refused_with_a_sentence(
    client: Client, wrong: dict[str, str]
) -> None:
    await api(client, f"STREAM.CREATE.{STREAM}", {"name": STREAM, "subjects": ["kernpuls.>"]} | wrong)
    with pytest.raises(StreamError, match=f"has {next(iter(wrong))} .* which cannot be changed. Keep"):
        await ensure_stream(client, STREAM_BYTES)


@on_sqlite
async def test_a_sealed_stream_is_refused_with_a_sentence(client: Client) -> None:
    await ensure_stream(client, STREAM_BYTES)
    await api(client, f"STREAM.UPDATE.{STREAM}", await config(client) | {"sealed": True})
    with pytest.raises(StreamError, match="has sealed True"):
        await ensure_stream(client, STREAM_BYTES)


@on_sqlite
async def test_a_server_without_jetstream_is_named(world: World) -> None:
    path = world.server.directory / "nats-server.conf"
    text = path.read_text()
    world.server.stop()
    path.write_text(text[: text.index("jetstream")])
    world.server.start()
    with pytest.raises(NoJetStream, match="start nats-server with a jetstream block"):
        await ensure_stream(await world.client(), STREAM_BYTES)


@on_sqlite
async def test_a_bus_that_takes_less_than_an_event_is_refused_with_a_sentence(world: World) -> None:
    world.configure("max_payload: 64KB")
    with pytest.raises(StreamError, match="Set its max_payload to 1MB"):
        await ensure_stream(await world.client(), STREAM_BYTES)


async def test_a_consumer_is_made_once_and_then_left_alone(client: Client) -> None:
    await ensure_stream(client, STREAM_BYTES)
    made = await ensure_consumer(client, "follower", FILTERS)
    again = await ensure_consumer(client, "follower", FILTERS)
    assert again["created"] == made["created"]
    assert again["config"] == made["config"]
    assert made["config"]["ack_policy"] == "explicit"
    more = ["kernpuls.*.*.grant.>", *FILTERS]
    assert (await ensure_consumer(client, "follower", more))["config"]["filter_subjects"] == more
    assert (await ensure_consumer(client, "follower", more))["created"] == made["created"]


@on_sqlite
async def test_an_error_of_the_api_is_told(client: Client) -> None:
    with pytest.raises(ApiError, match=r"stream not found \(10059\)"):
        await api(client, f"STREAM.INFO.{STREAM}")


def test_consumers_filter_by_entity_never_by_type() -> None:
    assert filters_for([GrantDeclined, BudgetAdopted, GrantAllocated], "gm9999") == [
        "kernpuls.gm9999.*.budget.>",
        "kernpuls.gm9999.*.grant.>",
    ]
