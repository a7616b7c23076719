# SPDX-License-Identifier: EUPL-1.2
"""Two instances of every service, as processes, on one PostgreSQL: one leads, the other takes over."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.conftest import NatsServer
from tests.flows.suite import SERVICES, Suite, running, until
from tests.flows.test_starting import INITIATIVE

Pair = tuple[Suite, Suite]


@pytest.fixture
def pair(tmp_path: Path, own_nats_server: NatsServer, postgres: Callable[[], str]) -> Iterator[Pair]:
    """Two whole suites side by side; the first leads everything."""
    room = 64 * 1024**2
    shared = {"DATABASE_URL": postgres(), "NATS_URL": own_nats_server.url, "STREAM_MAX_BYTES": room}
    with running(tmp_path / "one", **shared) as one, running(tmp_path / "two", **shared) as two:
        one.up()
        until(lambda: leads(one), "the first leads everything")
        two.up()
        assert led_by(two) == set()
        yield one, two


def led_by(suite: Suite) -> set[str]:
    """The services of which this suite's instance says that it leads."""
    found = set()
    for service in SERVICES:
        figures = suite.http.get(suite.url(service, "/metrics")).text
        if re.search(r"^kernpuls_leader 1\.0$", figures, re.MULTILINE):
            found.add(service)
    return found


def leads(suite: Suite) -> bool:
    return led_by(suite) == set(SERVICES)


def holders(suite: Suite) -> dict[str, int]:
    """The process that holds each lease, by the word of the database."""

    with psycopg.connect(suite.environment["KERNPULS_DATABASE_URL"]) as store:
        found = {}
        for service in SERVICES:
            row = store.execute(f"SELECT holder FROM {service}.lease").fetchone()
            assert row
            found[service] = int(row[0].rsplit("-", 2)[1])
        return found


def processes(suite: Suite) -> dict[str, int]:
    """The process of each service of this suite."""
    lines = suite.processes().items()
    return {s: pid for s in SERVICES for pid, line in lines if f"services.{s}" in line}


def submit(suite: Suite, count: int) -> None:
    for _ in range(count):
        suite.post("initiatives", "/v1/initiatives", **INITIATIVE)


def taken_over(by: Suite, since: float) -> float:
    """Wait until every lease is held by this suite's processes; returns after how many seconds."""
    mine = processes(by)
    until(lambda: holders(by) == mine, "the other has taken over")
    return time.monotonic() - since


def check_all_is_well(suite: Suite, initiatives: int) -> None:
    until(lambda: suite.on_overview() == initiatives, "all are heard")
    until(lambda: suite.run("verify").returncode == 0, "verify finds nothing")


def test_a_killed_instance_is_taken_over_and_a_stopped_one_too(pair: Pair) -> None:
    one, two = pair
    submit(one, 3)
    submit(two, 3)  # HTTP runs in every instance
    assert one.process
    one.process.kill()  # and with it every process of its own
    spent = taken_over(two, time.monotonic())
    print(f"after SIGKILL: {spent:.1f} s")
    submit(two, 3)
    one.up()
    began = time.monotonic()
    two.stop()
    spent = taken_over(one, began)
    print(f"after a stop: {spent:.1f} s, the stop itself included")
    submit(one, 3)
    check_all_is_well(one, 12)


def test_a_zombie_that_wakes_up_is_refused(pair: Pair) -> None:
    one, two = pair
    submit(one, 3)
    asleep = processes(one)
    for pid in asleep.values():
        os.kill(pid, signal.SIGSTOP)
    try:
        spent = taken_over(two, time.monotonic())
        print(f"after SIGSTOP: {spent:.1f} s")
        submit(two, 6)
    finally:
        for pid in asleep.values():
            os.kill(pid, signal.SIGCONT)
    until(lambda: led_by(one) == set(), "who slept no longer says that it leads")
    submit(one, 3)
    assert holders(two) == processes(two)
    assert processes(one) == asleep, "none of them ended over it"
    assert "LeaseLost" in one.told()
    check_all_is_well(two, 12)
