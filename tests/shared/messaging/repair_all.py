# SPDX-License-Identifier: EUPL-1.2
"""`make campaign NAME=repair`: a stream of 100,000 events lost in three ways and given back, with the times.

Not collected by itself: it takes minutes. The tests do the same with 2,000 events.
"""

import os
import platform
import sys
import time

import pytest

from tests.shared.messaging.conftest import (
    World,
    everything_published,
    has_effects,
    operate,
    parked_rows,
    say,
    until,
)
from tests.shared.messaging.probe import started
from tests.shared.messaging.test_reconcile import (
    deleted_in_the_middle,
    in_order_at_last,
    purged_in_part,
    wiped,
)

EVENTS = int(os.environ.get("EVENTS", "100000"))
AT_ONCE, SUBJECTS = 1000, 10_000


async def test_a_large_stream_is_given_back(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[World.__module__], "STREAM_BYTES", 400 * 1024**2)
    await world.provision()
    owner, follower = await world.owner(), await world.follower()
    for start in range(0, EVENTS, AT_ONCE):
        await say(owner, *(started(f"s{n % SUBJECTS}") for n in range(start, start + AT_ONCE)))
    await until(lambda: has_effects(follower, EVENTS), within=600)
    await until(lambda: everything_published(owner), within=60)
    with capsys.disabled():
        print(f"\n{EVENTS} events of {SUBJECTS} subjects, {owner.database.engine.name}, {platform.machine()}")
        for loses in (deleted_in_the_middle, purged_in_part, wiped):
            await loses(world)
            began = time.perf_counter()
            done, report = await operate(owner, "reconcile", within=900, repair=True)
            print(f"{loses.__name__:<22} {time.perf_counter() - began:6.1f} s in all; {report}")
            assert done
            assert f"after repair: {EVENTS} the same, 0 lost by the stream, 0 not in" in report
    assert await in_order_at_last(await world.client()) == EVENTS
    await until(lambda: has_effects(follower, EVENTS), within=60)
    assert await parked_rows(follower) == []
