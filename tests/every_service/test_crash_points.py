# SPDX-License-Identifier: EUPL-1.2
"""Every handler of every service dies at every named point; what is there afterwards is as if it had not."""

import re

import pytest
from nats.aio.client import Client

from shared.messaging import crash
from shared.municipality import Municipality
from shared.service import Service
from tests.conftest import HERE, OpenDatabase
from tests.every_service.conftest import FOLLOWERS, Follower, history, state
from tests.every_service.deaths import (
    OF_THE_CONSUMER,
    OF_THE_RELAY,
    Fate,
    Run,
    nothing_lost_or_doubled,
    points_of,
    publish,
)

CASES = [(service, point) for service in FOLLOWERS for point in points_of(service)]
IN_OTHERS_CODE = {"CP9"}  # where a library of others waits for an answer


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("service", "point"), CASES, ids=[f"{s.name}-{point}" for s, point in CASES])
async def test_a_death_changes_nothing(
    open_database: OpenDatabase,
    client: Client,
    municipality: Municipality,
    fate: Fate,
    run: Run,
    service: Service,
    point: str,
) -> None:
    """At the first event of every type; the rest of the history shows what it left."""
    undisturbed = Follower(open_database(f"{service.name}-undisturbed"), service, municipality)
    tried = set()
    for event in history(service, municipality):
        said = undisturbed.says(event)
        if type(event.data) in service.handlers and event.data.TYPE not in tried:
            tried.add(event.data.TYPE)
            fate.points = [point]
        await publish(client, event)
        await run.until_taken(event)
        passes = point in OF_THE_CONSUMER or (said and point in OF_THE_RELAY)
        assert not (passes and fate.points), f"{event.data.TYPE} did not pass {point}"
        fate.points = []
    assert tried == {kind.TYPE for kind in service.handlers}
    assert await run.database.read(lambda connection: state(connection, service)) == undisturbed.state()
    await nothing_lost_or_doubled(client, run)


def test_the_points_are_those_that_the_code_has() -> None:
    code = "".join(
        path.read_text() for room in ("shared", "services") for path in (HERE.parent / room).rglob("*.py")
    )
    passed = set(re.findall(r'crash\.here\("(CP\d+)"\)', code))
    assert passed | IN_OTHERS_CODE == set(re.findall(r"\bCP\d+\b", str(crash.here.__doc__)))
