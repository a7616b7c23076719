# SPDX-License-Identifier: EUPL-1.2
"""A clock that steps, by an hour or a day, ahead and back: no effect, no order, no lease depends on it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from shared.clock import utc_now
from shared.contracts.envelope import Event, NewEvent
from shared.contracts.initiatives import InitiativeStarted
from shared.messaging import lease, parked
from shared.messaging.decode import UNKNOWN, decode
from shared.messaging.parked import FAILED, GAP, LOOK_AGAIN, RETRY_AFTER, Parking
from shared.messaging.transaction import Transaction
from tests.conftest import WATERRIJK
from tests.shared.messaging.conftest import (
    FOLLOWER,
    OWNER,
    WRITES_DOWN,
    World,
    effects,
    everything_published,
    has_effects,
    parked_rows,
    per_subject,
    rows,
    say,
    until,
)
from tests.shared.messaging.probe import message, started, write_down

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
STEPS = (timedelta(0), HOUR, timedelta(0), -HOUR, DAY, -DAY, timedelta(0))
NOW = datetime(2026, 3, 29, 1, tzinfo=UTC)  # the hour in which the clocks of the wall go ahead


class Clock:
    """The machine's clock, set wrong by so much."""

    def __init__(self, by: timedelta = timedelta(0)) -> None:
        self.by = by

    def __call__(self) -> datetime:
        return utc_now() + self.by


async def test_what_is_told_and_heard_while_clocks_step_is_heard_once_and_in_order(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Shorter than any step, longer than a busy machine may stand still: then a lease of six seconds is lost.
    monkeypatch.setattr(lease, "SECONDS", 600.0)
    ours, theirs = Clock(), Clock()
    owner = await world.start(OWNER, clock=ours)
    follower = await world.start(FOLLOWER, WRITES_DOWN, clock=theirs)
    for number, step in enumerate(STEPS, 1):
        ours.by = step
        await say(owner, started("a"), started("b"))
        theirs.by = -step
        await say(owner, started("a"), started(f"only-{number}"))
        await until(lambda n=number: has_effects(follower, 4 * n))  # type: ignore[misc]
    await until(lambda: everything_published(owner))
    heard = per_subject(await effects(follower))
    assert heard["a"] == list(range(1, 2 * len(STEPS) + 1))
    assert heard["b"] == list(range(1, len(STEPS) + 1))
    assert await parked_rows(follower) == await parked_rows(follower, closed=True) == []
    for process in (owner, follower):
        assert await rows(process, "SELECT fence FROM lease") == [(1,)], "it led all the while"


async def test_what_failed_while_the_clock_was_ahead_is_tried_again_when_it_is_set_right(
    world: World,
) -> None:
    """It would hold its subject for as long as the step was."""
    clock, broken = Clock(HOUR), [True]

    def faulty(event: Event[InitiativeStarted], tx: Transaction) -> Sequence[NewEvent]:
        if broken:
            raise KeyError("a fault of ours")
        return write_down(event, tx)

    follower = await world.start(FOLLOWER, {InitiativeStarted: faulty}, clock=clock)
    await world.publish(message("a", 1), message("a", 2))
    await until(lambda: is_put_aside(world, follower.database.service))
    broken.clear()
    clock.by = timedelta(0)
    await until(lambda: has_effects(follower, 2))
    assert await effects(follower) == [("a", 1), ("a", 2)]


async def is_put_aside(world: World, service: str) -> bool:
    process = next(each for each in world.running if each.database.service == service)
    return [row[2] for row in await parked_rows(process)] == [FAILED, "behind"]


WAITING = [
    *((FAILED, tried, wait) for tried, wait in enumerate(RETRY_AFTER, 1)),
    (UNKNOWN, 0, LOOK_AGAIN[UNKNOWN]),
    (GAP, 0, LOOK_AGAIN[GAP]),
    (GAP, 1, LOOK_AGAIN[GAP]),  # it failed before what it follows was taken back
]


@pytest.mark.parametrize(("reason", "tried", "wait"), WAITING)
async def test_a_row_waits_its_time_whatever_the_clock_does_then(
    world: World, reason: str, tried: int, wait: timedelta
) -> None:
    database = world.store(FOLLOWER)
    with database.engine.begin() as connection:
        parked.add(connection, [Parking(decode(*message("a", 1), WATERRIJK), reason)], NOW)
        row = {"attempts": tried, "next_at": NOW + wait}
        connection.execute(update(parked.parked).values(row))

    def is_due(now: datetime) -> bool:
        with database.reader.connect() as connection:
            return parked.next_due(connection, now) is not None

    assert not is_due(NOW)
    assert not is_due(NOW + wait - SECOND)
    assert is_due(NOW + wait)
    assert is_due(NOW - HOUR)
    assert is_due(NOW - DAY)
    assert is_due(NOW + HOUR + wait)


@pytest.mark.parametrize("by", [HOUR, -HOUR, DAY, -DAY])
async def test_nobody_seems_to_lead_because_a_clock_was_set_back(world: World, by: timedelta) -> None:
    """Else an operator waits for the answer of a process that is gone for as long as the step was."""
    database = world.store(FOLLOWER)
    await database.write(lambda c: lease.take(c, "somebody"))
    assert await database.read(lease.is_led)
    step = f"UPDATE lease SET expires_at = expires_at + {by.total_seconds()}"
    await database.write(lambda c: c.exec_driver_sql(step))
    assert not await database.read(lease.is_led)
