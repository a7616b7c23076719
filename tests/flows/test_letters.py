# SPDX-License-Identifier: EUPL-1.2
"""Letters of the running suite: once each, whatever is killed, however often the stream is gone through."""

import asyncio
import sqlite3
from typing import Any

import httpx
import nats

from shared.messaging.stream import STREAM
from tests.conftest import PATIENCE
from tests.flows.suite import Suite, until

SUBMISSION = {
    "kernen": ["zoelen"], "theme": "green", "submitterKind": "resident", "channel": "web",
    "title": "Een geveltuin", "description": "Planten tegen de gevels van onze straat.",
    "contact": {"name": "Iemand", "email": "iemand@voorbeeld.example"},
}  # fmt: skip


def mailbox(suite: Suite) -> list[tuple[str, str]]:
    """Recipient and subject of every mail, as the local mailbox has them."""
    with sqlite3.connect(f"file:{suite.data / 'notifications.sqlite'}?mode=ro", uri=True) as store:
        return store.execute("SELECT recipient, subject FROM mailbox").fetchall()


def letters(suite: Suite) -> list[str]:
    """What the submitter of the example's live initiative was sent."""
    return [said.split(":")[0] for to, said in mailbox(suite) if to == "indiener@voorbeeld.example"]


def notices(suite: Suite) -> list[dict[str, Any]]:
    return list(suite.all("notifications", "/v1/notices"))


def all_are_sent(suite: Suite) -> bool:
    """But those to nobody: other tests submit without saying who they are."""
    return all(n["state"] == "sent" or n["reason"] == "no-address" for n in notices(suite))


def test_the_live_initiative_brings_a_receipt_and_a_decision(example: Suite) -> None:
    until(lambda: len(letters(example)) >= 2, "both letters are there")
    assert sorted(letters(example)) == ["Wij hebben uw initiatief ontvangen", "Wij steunen uw initiatief"]


def test_going_through_the_whole_stream_again_sends_nothing(example: Suite) -> None:
    until(lambda: all_are_sent(example), "every notice was sent")
    before = (notices(example), mailbox(example))

    async def again() -> None:
        bus = await nats.connect(example.bus_url("notifications"))
        await bus.jetstream().reset_consumer(STREAM, "notifications", 1)
        for _ in range(200):
            info = await bus.jetstream().consumer_info(STREAM, "notifications")
            if not info.num_pending and not info.num_ack_pending:
                break
            await asyncio.sleep(0.1)
        await bus.close()

    asyncio.run(again())
    assert (notices(example), mailbox(example)) == before


def test_a_killed_notifications_service_tells_everybody_once(suite: Suite) -> None:
    suite.up()
    for place in range(12):
        answer = httpx.post(suite.url("initiatives", "/v1/initiatives"), json=SUBMISSION, timeout=PATIENCE)
        assert answer.status_code == 201, answer.text
        if place % 4 == 3:
            until(lambda: suite.answers("notifications", "/health/live"), "there is somebody to kill")
            suite.kill("notifications")
    until(lambda: suite.answers("notifications", "/health/ready"), "it is back")
    until(lambda: len(notices(suite)) == 12, "every event was heard once")
    until(lambda: all_are_sent(suite), "every receipt was sent")
    assert len(mailbox(suite)) == 12
    for notice in notices(suite):
        assert notice["attempts"] <= 1 + notice["unknown"], "a second attempt only where the first is unknown"
