# SPDX-License-Identifier: EUPL-1.2
"""Any part is killed while residents go on submitting: it comes back, and nothing is lost."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import httpx
import pytest

from services.suite.discovery import discover
from tests.answers import following
from tests.deploy.stack import NAMES, Client, Stack, eventually

PUBLISHING = [service.name for service in discover() if service.publishes]
any_part = pytest.mark.parametrize("part", [*NAMES, "nats", "postgres"])


class Residents(threading.Thread):
    """Submit for as long as told, each again under the same key until it is acknowledged."""

    def __init__(self, client: Client) -> None:
        super().__init__(daemon=True)
        self.client, self.acknowledged, self.enough = client, set[str](), threading.Event()

    def run(self) -> None:
        while not self.enough.is_set():
            key, deadline = str(uuid.uuid4()), time.monotonic() + 90
            while time.monotonic() < deadline:
                try:
                    self.acknowledged.add(self.client.submit("lienden", key))
                    break
                except (httpx.HTTPError, AssertionError):
                    time.sleep(0.2)
            else:
                return
            time.sleep(0.05)


@contextmanager
def submitting(client: Client) -> Iterator[Residents]:
    """Residents who are at it before and after what happens meanwhile."""
    residents = Residents(client)
    residents.start()
    try:
        eventually(lambda: len(residents.acknowledged) > 5)
        yield residents
        seen = len(residents.acknowledged)
        eventually(lambda: len(residents.acknowledged) > seen + 5)
    finally:
        residents.enough.set()
        residents.join(100)


def began(stack: Stack, part: str) -> str:
    return str(stack.state(part)["State"]["StartedAt"])


def all_arrived(stack: Stack, client: Client, acknowledged: set[str]) -> None:
    """The overview has every one of them once, and outboxes and stream agree."""
    for name in NAMES:
        eventually(partial(stack.is_healthy, name))
        for waiting in ("outbox_pending_events", "consumer_waiting_events", "parked_events"):
            eventually(partial(_is_none, client, name, f"kernpuls_{waiting}"))
    for name in PUBLISHING:
        report = stack.compose("exec", "-T", name, "kernpuls", "reconcile", name)
        assert "0 lost by the stream, 0 not in the outbox, 0 altered, 0 repeated" in " ".join(report.split())
    kept = set[str]()
    page = client.get("initiatives", "/initiatives", kern="lienden", limit=100)
    while True:
        kept |= {item["id"] for item in page["items"]}
        if not (onwards := following(page)):
            break
        page = client.http.get(stack.site + onwards).json()
    assert acknowledged <= kept
    overview = client.get("analytics", "/kernen/lienden/overview")
    assert overview["initiatives"]["total"] == len(kept)


def _is_none(client: Client, service: str, figure: str) -> bool:
    return client.metric(service, figure) == 0


@any_part
def test_it_comes_back_after_a_crash(stack: Stack, client: Client, part: str) -> None:
    with submitting(client) as residents:
        before = began(stack, part)
        stack.crash(part)
        eventually(lambda: began(stack, part) != before and stack.is_healthy(part))
    all_arrived(stack, client, residents.acknowledged)


@any_part
def test_it_comes_back_after_docker_kill(stack: Stack, client: Client, part: str) -> None:
    with stack.kept(), submitting(client) as residents:
        before = began(stack, part)
        stack.kill(part)
        eventually(lambda: began(stack, part) != before and stack.is_healthy(part))
    all_arrived(stack, client, residents.acknowledged)


def test_it_stops_in_order_and_starts_again_on_the_same_data(stack: Stack, client: Client) -> None:
    acknowledged = {client.submit("lienden") for _ in range(20)}
    started = time.monotonic()
    stack.compose("stop")
    assert time.monotonic() - started < 60
    assert 137 not in {stack.state(part)["State"]["ExitCode"] for part in [*NAMES, "nats", "postgres"]}
    stack.compose("up", "-d", "--wait", "--no-build")
    all_arrived(stack, client, acknowledged)


def test_services_stop_in_order_while_bus_and_database_are_away(stack: Stack, client: Client) -> None:
    acknowledged = {client.submit("lienden") for _ in range(5)}
    stack.kill("nats")
    stack.kill("postgres")
    time.sleep(10)  # until they notice
    stack.compose("stop", *NAMES)
    assert 137 not in {stack.state(name)["State"]["ExitCode"] for name in NAMES}
    stack.compose("up", "-d", "--wait", "--no-build")
    all_arrived(stack, client, acknowledged)
