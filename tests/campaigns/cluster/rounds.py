# SPDX-License-Identifier: EUPL-1.2
"""One round: a fault while clients go on writing, until all is well again; and what came of it."""

import asyncio
import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.campaigns.cluster.faults import Fault
from tests.campaigns.cluster.load import RULES, Load
from tests.campaigns.cluster.servers import Cluster
from tests.flows import stream
from tests.flows.stream import PUBLISHERS
from tests.flows.suite import SERVICES, Suite, running, until

YEAR = datetime.now(ZoneInfo(RULES.timezone)).year
MAX_BYTES = 64 * 1024**2
BACK = 60.0  # seconds in which publication goes on after a fault with a majority, or when one is back
TOLD = 60.0  # seconds in which every service tells that the bus does not work
AMID = 3.0  # seconds of writing with two
WITHOUT = 5.0  # seconds without a majority, beside those until it is told


@dataclass(frozen=True)
class Round:
    """Seconds, numbers of commands and events. `still` is how long nothing was published amid the fault."""

    fault: str
    majority: bool
    acknowledged: int
    refused: int
    slowest: float
    still: float
    drained: float
    lost: int
    doubled: int
    disordered: int
    stream: int


@contextmanager
def arena(folder: Path, servers: Cluster | None = None) -> Iterator["Arena"]:
    cluster = servers or Cluster(folder)
    cluster.start()
    try:
        with running(folder / "suite", NATS_URL=cluster.url, STREAM_MAX_BYTES=MAX_BYTES) as s:
            s.up()
            s.post("budget", "/v1/budget-years", year=YEAR, decisionReference="Raadsbesluit")
            yield Arena(cluster, s)
    finally:
        cluster.end()


class Arena:
    """A running suite on three servers, and its clients."""

    def __init__(self, cluster: Cluster, suite: Suite) -> None:
        self.cluster, self.suite, self.load = cluster, suite, Load(suite)

    def play(self, fault: Fault, rng: random.Random) -> Round:
        before = self.load.answers.copy()
        self.load.longest = 0.0
        with self.load.going_on():
            time.sleep(1)
            with fault.begin(self.cluster, rng):
                still = self._with_a_majority() if fault.majority else self._without()
            over = time.monotonic()
            until(self.goes_on(), "publication goes on", BACK)
        until(self.settled, "everything is published and handled", BACK)
        drained = time.monotonic() - over
        self.cluster.until_healthy()
        until(self.cluster.copies_agree, "the three copies are the same")
        came = self.load.answers - before
        return Round(
            fault.name, fault.majority, came[201], came.total() - came[201], round(self.load.longest, 2),
            round(still, 1), round(drained, 1), *self.compare(),
        )  # fmt: skip

    def _with_a_majority(self) -> float:
        """What is recorded from now on is published while one is away. Returns after how long."""
        began = time.monotonic()
        until(self.goes_on(), "publication goes on with two of three", BACK)
        still = time.monotonic() - began
        time.sleep(AMID)
        return still

    def _without(self) -> float:
        """Nothing can be published, every service says so, and commands are accepted all the same."""
        began = time.monotonic()
        for service in SERVICES:
            until(lambda s=service: not self._is_ready(s), f"{service} tells it", TOLD)  # type: ignore[misc]
        # Not how many: the one that is left still confirms what all had stored and nobody had heard of.
        published = self.goes_on()
        until(lambda: self._waiting() > 0, "the outbox shows what waits")
        time.sleep(WITHOUT)
        assert not published(), "nothing new is published by one of three"
        return time.monotonic() - began

    def goes_on(self) -> Callable[[], bool]:
        """Whether something that was submitted after this moment is published."""
        first = len(self.load.submitted) + 3  # those under way may have been recorded before

        def holds() -> bool:
            later = self.load.submitted[first:]
            return bool(later) and self._is_published(later[0])

        return holds

    def _rows(self, service: str, query: str, *values: object) -> list[Any]:
        store = f"file:{self.suite.data / service}.sqlite?mode=ro"
        connection = sqlite3.connect(store, uri=True, timeout=20)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def _is_published(self, initiative: str) -> bool:
        query = "SELECT count(*) FROM outbox WHERE subject = ? AND published_at IS NOT NULL"
        return bool(self._rows("initiatives", query, initiative)[0][0])

    def _figure(self, service: str, name: str) -> float:
        lines = self.suite.http.get(self.suite.url(service, "/metrics")).text.splitlines()
        return sum(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    def _waiting(self) -> float:
        return sum(self._figure(service, "kernpuls_outbox_pending_events") for service in PUBLISHERS)

    def _is_ready(self, service: str) -> bool:
        try:
            return self.suite.answers(service, "/health/ready")
        except httpx.HTTPError:
            return False

    def settled(self) -> bool:
        unpublished = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
        return (
            not any(self._rows(service, unpublished)[0][0] for service in PUBLISHERS)
            and self.suite.on_overview() == len(self.load.submitted)
            and all(map(self._is_ready, SERVICES))
        )

    def compare(self) -> tuple[int, int, int, int]:
        """Of what the outboxes call published: missing in the stream, there twice, out of order; and how much
        is there. Read by a plain client, from the stream itself."""
        published = {
            str(event)
            for service in PUBLISHERS
            for (event,) in self._rows(service, "SELECT event_id FROM outbox WHERE published_at IS NOT NULL")
        }
        stored = asyncio.run(stream.read(self.cluster.servers[0].url, "kernpuls.>"))
        ids = [message.message_id for message in stored]
        reached: dict[tuple[str, str], int] = {}
        disordered = 0
        for message in stored:
            event = json.loads(message.payload)
            about = event["source"], event["subject"]
            disordered += int(event["subjectsequence"]) != reached.get(about, 0) + 1
            reached[about] = int(event["subjectsequence"])
        return len(published - set(ids)), len(ids) - len(set(ids)), disordered, len(ids)

    def check(self) -> None:
        """At the end: everything acknowledged is there, once, and `kernpuls verify` finds nothing."""
        shown = {item["id"] for item in self.suite.all("initiatives", "/v1/initiatives")}
        assert shown == set(self.load.submitted)
        assert len(self.load.submitted) == len(shown)
        assert "stream.set-back" not in self.suite.told(), "the stream was never taken for another"
        said = self.suite.run("verify")
        assert said.returncode == 0, said.stdout + said.stderr
