# SPDX-License-Identifier: EUPL-1.2
"""SIGKILL of any process while the example is played: it comes back, the example completes, nothing twice."""

import sqlite3
from collections.abc import Callable

import psycopg
import pytest

from tests.conftest import PATIENCE
from tests.flows.conftest import played
from tests.flows.stream import check_all_is_told_once, recorded
from tests.flows.suite import SERVICES, Suite, running, until

VICTIMS = ("initiatives", "budget", "nats-server", "analytics", "surveys", "notifications")
BETWEEN = 75  # events from one kill to the next


def events(suite: Suite, database_url: str | None = None) -> int:
    """How many were recorded so far; none while there is no store yet."""
    try:
        return len(recorded(suite.data, database_url))
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        return 0


def check_it_is_the_example(suite: Suite, as_played: object, database_url: str | None = None) -> None:
    """Everybody is back, the overview is that of an undisturbed run, and everything was told once."""
    for service in SERVICES:
        until(lambda s=service: suite.answers(s, "/health/ready"), f"{service} is back")  # type: ignore[misc]
    until(lambda: suite.figures() == as_played, "the overview is that of an undisturbed run")
    check_all_is_told_once(suite.bus_url("analytics"), suite.data, database_url)


def test_whatever_is_killed_the_example_completes(suite: Suite, as_played: object) -> None:
    suite.start("demo")
    for number, victim in enumerate(VICTIMS, 1):
        until(lambda n=number: events(suite) > BETWEEN * n, "more events")  # type: ignore[misc]
        suite.kill(victim)
    played(suite)
    check_it_is_the_example(suite, as_played)


def test_a_killed_suite_goes_on_with_the_example_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgres: Callable[[], str], as_played: object
) -> None:
    url = postgres()
    with running(tmp_path_factory.mktemp("killed"), DATABASE_URL=url) as suite:
        suite.start("demo")
        until(lambda: events(suite, url) > 200, "200 events")
        assert suite.process
        suite.process.kill()
        suite.process.wait(PATIENCE)
        until(lambda: not suite.processes(), "all its processes are gone")
        suite.start("demo")
        played(suite)
        check_it_is_the_example(suite, as_played, url)
