# SPDX-License-Identifier: EUPL-1.2
"""What is really in the stream and in the outboxes, read without our own plumbing."""

import asyncio
import json
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nats
import psycopg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from services.suite.discovery import discover
from tests.conftest import PATIENCE

READER = "replay-analytics"
PUBLISHERS = [service.name for service in discover() if service.publishes]


@dataclass(frozen=True)
class Stored:
    """One message of the stream."""

    message_id: str
    nats_subject: str
    payload: bytes

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.payload)
        return event


async def read(url: str, subject: str) -> list[Stored]:
    """`url` is that of the user analytics: no other may read of everybody."""
    connection = await nats.connect(url)
    stream = connection.jetstream()
    with suppress(NotFoundError):
        await stream.delete_consumer("KERNPULS", READER)
    config = ConsumerConfig(
        name=READER,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.NONE,
        filter_subjects=[subject],
        mem_storage=True,
    )
    left = (await stream.add_consumer("KERNPULS", config)).num_pending
    subscription = await stream.pull_subscribe_bind(READER, "KERNPULS")
    found: list[Stored] = []
    while left:
        for message in await subscription.fetch(min(left, 500), timeout=PATIENCE):
            message_id = (message.headers or {})["Nats-Msg-Id"]
            found.append(Stored(message_id, message.subject, message.data))
            left = message.metadata.num_pending
    await connection.close()
    return found


def heard(url: str, subject: str) -> list[bytes]:
    """What a plain NATS client gets on this subject, from the first event on."""
    return [message.payload for message in asyncio.run(read(url, subject))]


def recorded(data: Path, database_url: str | None = None) -> dict[str, bytes]:
    """Every event in the outboxes of all publishers: id and bytes."""
    found: dict[str, bytes] = {}
    for service in PUBLISHERS:
        if database_url:
            with psycopg.connect(database_url) as connection:
                rows = connection.execute(f"SELECT event_id, payload FROM {service}.outbox").fetchall()
        else:
            rows = _rows(data / f"{service}.sqlite")
        found |= {str(event_id): bytes(payload) for event_id, payload in rows}
    return found


def _rows(store: Path) -> list[tuple[str, bytes]]:
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=20)
    try:
        return connection.execute("SELECT event_id, payload FROM outbox").fetchall()
    finally:
        connection.close()


def check_all_is_told_once(url: str, data: Path, database_url: str | None = None) -> list[Stored]:
    """C1 and C5: outboxes and stream hold the same, once, and every history is 1, 2, 3 … in order."""
    stream, outboxes = asyncio.run(read(url, "kernpuls.>")), recorded(data, database_url)
    for _ in range(10):  # letters are told of while others are still being sent
        if len(stream) == len(outboxes):
            break
        time.sleep(0.5)
        outboxes, stream = recorded(data, database_url), asyncio.run(read(url, "kernpuls.>"))
    assert len(stream) == len({message.message_id for message in stream})
    assert {message.message_id: message.payload for message in stream} == outboxes
    reached: dict[tuple[str, str], int] = {}
    for message in stream:
        event = message.event
        about = event["source"], event["subject"]
        assert int(event["subjectsequence"]) == reached.get(about, 0) + 1, message.nats_subject
        reached[about] = int(event["subjectsequence"])
    return stream
