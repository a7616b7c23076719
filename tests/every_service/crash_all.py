# SPDX-License-Identifier: EUPL-1.2
"""Every handler of every service × every ordered pair of points, on both databases: `make campaign
NAME=crash-all`.

Takes about half an hour. What was tried is kept in .cache/crash-all.json: begun again, it goes on from there
for as long as the code is the same commit.
"""

import json
import subprocess
import time

import pytest
from nats.aio.client import Client

from shared.municipality import Municipality
from shared.service import Service
from tests.conftest import HERE, OpenDatabase
from tests.every_service.conftest import FOLLOWERS, Follower, history, state
from tests.every_service.deaths import Fate, Run, nothing_lost_or_doubled, points_of, publish

KEPT = HERE.parent / ".cache" / "crash-all"
CASES = [
    (service, first, second)
    for service in FOLLOWERS
    for first in points_of(service)
    for second in points_of(service)
]


def commit() -> str:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, cwd=HERE, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("service", "first", "second"), CASES, ids=["-".join((s.name, one, two)) for s, one, two in CASES]
)
async def test_two_deaths_change_nothing(
    request: pytest.FixtureRequest,
    open_database: OpenDatabase,
    client: Client,
    municipality: Municipality,
    fate: Fate,
    run: Run,
    service: Service,
    first: str,
    second: str,
) -> None:
    case = {"service": service.name, "database": "sqlite" if run.database.is_sqlite else "postgresql"}
    kept = KEPT / f"{'-'.join((commit(), *case.values(), first, second))}.json"
    if kept.exists() and not json.loads(kept.read_text())["failed"]:
        return
    undisturbed = Follower(open_database(f"{service.name}-undisturbed"), service, municipality)
    tried, deaths, failed, begin = set[str](), 0, True, time.monotonic()
    try:
        for event in history(service, municipality):
            undisturbed.says(event)
            if type(event.data) in service.handlers and event.data.TYPE not in tried:
                tried.add(event.data.TYPE)
                fate.points = [first, second]
            to_die = len(fate.points)
            await publish(client, event)
            await run.until_taken(event)
            deaths += to_die - len(fate.points)
            fate.points = []
        assert await run.database.read(lambda c: state(c, service)) == undisturbed.state()
        await nothing_lost_or_doubled(client, run)
        failed = False
    finally:
        seconds = time.monotonic() - begin
        told = {
            "commit": commit(),
            "types": len(tried),
            "deaths": deaths,
            "failed": failed,
            "seconds": seconds,
        }
        KEPT.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(case | told))
