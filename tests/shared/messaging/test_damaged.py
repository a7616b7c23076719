# SPDX-License-Identifier: EUPL-1.2
"""Damaged messages on their whole way: none stops the consumer, each is handled or put aside."""

import random
import re

from shared.contracts.events import CATALOGUE
from shared.messaging.decode import UNKNOWN, Incoming, decode
from shared.messaging.intake import HandlerFailed, Intake, Taken
from shared.messaging.transaction import Transactions
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.store import Database
from tests.conftest import WATERRIJK
from tests.shared.messaging.conftest import World, effects, rows, until
from tests.shared.messaging.damage import damaged
from tests.shared.messaging.probe import message, write_down

EVERYTHING = dict.fromkeys(CATALOGUE.values(), write_down)


def of_many(dice: random.Random) -> tuple[str, bytes]:
    """About one of many subjects: else all would soon wait behind the first bad one."""
    subject, payload = damaged(dice)
    payload = re.sub(rb'"subject": ?"[^"]*"', b'"subject":"s%d"' % dice.randrange(500), payload)
    return subject, re.sub(rb'"subjectsequence": ?"\d"', b'"subjectsequence":"1"', payload)


def test_two_thousand_damaged_messages_through_the_intake(
    database: Database, municipality: Municipality
) -> None:
    migrate(database, "tests.shared.messaging.probe")
    intake = Intake("probe", EVERYTHING, Transactions(database, municipality))
    dice, came_to = random.Random(4), Taken()
    for _ in range(20):
        batch = [decode(*of_many(dice), WATERRIJK) for _ in range(100)]
        taken = _taken(database, intake, batch)
        came_to.handled += taken.handled
        came_to.parkings += taken.parkings
        came_to.duplicates += taken.duplicates
        placed = len(taken.handled) + taken.unused + len(taken.parkings) + taken.duplicates
        assert 100 - _forgotten_twins(batch, taken) <= placed <= 100
    assert min(len(came_to.handled), len(came_to.parkings), came_to.duplicates) > 10
    with database.reader.connect() as connection:
        silent = connection.exec_driver_sql(
            "SELECT count(*) FROM parked WHERE reason IN ('dead', 'unknown') AND coalesce(error, '') = ''"
        )
        assert silent.scalar() == 0


def _forgotten_twins(batch: list[Incoming], taken: Taken) -> int:
    """At most so many of an unknown version need not lie aside, as their known twin was handled."""
    handled = {(each.aggregate, each.sequence) for each in taken.handled}
    return sum(each.reason == UNKNOWN and (each.aggregate, each.sequence) in handled for each in batch)


def _taken(database: Database, intake: Intake, batch: list[Incoming]) -> Taken:
    try:
        with database.engine.begin() as connection:
            return intake.take(connection, batch, guarded=False)
    except HandlerFailed:
        with database.engine.begin() as connection:
            return intake.take(connection, batch, guarded=True)


async def test_three_hundred_damaged_messages_do_not_stop_the_consumer(world: World) -> None:
    follower, dice = await world.follower(EVERYTHING), random.Random(5)
    messages = [of_many(dice) for _ in range(300)]
    can_travel = [
        (s, p) for s, p in messages if s.startswith("kernpuls.") and not s.endswith(">") and ".." not in s
    ]
    await world.publish(*can_travel, message("sound", 1))

    async def is_through() -> bool:
        return ("sound", 1) in await effects(follower)

    await until(is_through)
    aside = await rows(follower, "SELECT DISTINCT reason FROM parked")
    assert {("dead",), ("unknown",)} <= set(aside)
