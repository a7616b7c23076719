# SPDX-License-Identifier: EUPL-1.2
"""Suites that tests share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flows.suite import Suite, running, until, until_settled

EXAMPLE_WITHIN = 600.0  # seconds; a machine of 2 cores with nothing else to do takes 15


@pytest.fixture
def suite(tmp_path: Path) -> Iterator[Suite]:
    """A suite that is not started yet."""
    with running(tmp_path / "suite") as suite:
        yield suite


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """A running suite in which the example was played."""
    with running(tmp_path_factory.mktemp("example")) as suite:
        suite.start("demo")
        played(suite)
        until_settled(suite)
        suite.keep = suite.figures()
        yield suite


@pytest.fixture(scope="session")
def as_played(example: Suite) -> dict[str, Any]:
    """What the overview shows after an undisturbed run of the example, before tests add to it."""
    return example.keep


def played(suite: Suite) -> None:
    """Wait until the example has been played."""
    until(lambda: "The example has been played" in suite.told(), suite.told(), EXAMPLE_WITHIN)
