# SPDX-License-Identifier: EUPL-1.2
"""What is due by the clock is done in parts, once each, by the one that leads, whatever else fails."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection

from shared.contracts.envelope import NewEvent
from shared.messaging.lease import LeaseLost
from shared.messaging.timers import Timers
from shared.messaging.transaction import Transaction
from tests.shared.messaging.conftest import OWNER, World, everything_published, has_effects, rows, until
from tests.shared.messaging.probe import started


class Due:
    """Three things are due; two of them fit into one part."""

    __name__ = "due"

    def __init__(self, fails: bool = False) -> None:
        self.fails, self.left = fails, ["a", "b", "c"]

    def __call__(self, tx: Transaction) -> Sequence[NewEvent]:
        if self.fails:
            raise KeyError("a fault of ours")
        part, self.left = self.left[:2], self.left[2:]
        return [started(subject) for subject in part]


async def test_everything_that_is_due_is_told_once(world: World) -> None:
    follower = await world.follower()
    owner = await world.start(OWNER, due=(Due(),))
    await until(lambda: has_effects(follower, 3))
    await until(lambda: everything_published(owner))
    assert sorted(await rows(owner, "SELECT subject, sequence FROM outbox")) == [("a", 1), ("b", 1), ("c", 1)]
    assert len(set(await rows(owner, "SELECT recorded_at FROM outbox"))) == 2, "in two parts"


async def test_one_that_fails_keeps_nothing_from_its_work(world: World) -> None:
    follower = await world.follower()
    owner = await world.start(OWNER, due=(Due(fails=True), Due()))
    await until(lambda: has_effects(follower, 3))
    assert owner.leader.leads


async def test_who_does_not_lead_does_nothing(world: World) -> None:
    owner = await world.owner()

    def refuses(_connection: Connection) -> None:
        raise LeaseLost("another one leads")

    timers = Timers(owner.transactions, (Due(),))
    with pytest.raises(LeaseLost):
        await timers._run_out(timers.timers[0], refuses)
    assert await rows(owner, "SELECT * FROM outbox") == []
