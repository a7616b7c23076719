# SPDX-License-Identifier: EUPL-1.2
"""A store that was restored from a backup catches up from the stream; a gap heals as soon as it can."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from nats.aio.client import Client
from sqlalchemy import text

from shared.messaging import watch
from shared.messaging.stream import redeliver_from
from shared.messaging.watch import Sight
from shared.process import Process
from tests.shared.messaging.conftest import (
    World,
    effects,
    has_effects,
    parked_rows,
    rows,
    say,
    until,
)
from tests.shared.messaging.probe import message, started

pytestmark = pytest.mark.usefixtures("soon_again")


async def restore(process: Process, upto: int) -> None:
    """What a backup gives back that was made when `upto` events of every subject had been handled."""

    def work(connection: object) -> None:
        for statement in (
            f"DELETE FROM effect WHERE sequence > {upto}",
            f"UPDATE version SET last_sequence = {upto} WHERE last_sequence > {upto}",
        ):
            connection.execute(text(statement))  # type: ignore[attr-defined]

    await process.database.write(work)


async def test_a_gap_that_the_stream_can_fill_is_filled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "GAP_PATIENCE", timedelta(seconds=0.3))
    follower = await world.follower()
    await world.publish(*(message(s, n) for n in (1, 2, 3) for s in ("a", "b")))
    await until(lambda: has_effects(follower, 6))
    await restore(follower, 1)  # while it runs: the consumer has acknowledged what the store forgot
    await world.publish(message("a", 4), message("b", 4))

    async def healed() -> bool:
        return await parked_rows(follower) == [] and await has_effects(follower, 8)

    await until(healed)
    assert sorted((await effects(follower))[2:]) == [(s, n) for s in ("a", "b") for n in (2, 3, 4)]
    assert {row[2] for row in await parked_rows(follower, closed=True)} == {"gap"}


async def test_a_gap_that_nobody_can_fill_is_asked_for_ever_less_often(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "GAP_PATIENCE", timedelta(seconds=0.3))
    monkeypatch.setattr(watch, "LOOK_EVERY", 0.05)
    asked: list[float] = []

    async def counted(connection: Client, name: str, sequence: int) -> None:
        asked.append(time.monotonic())
        await redeliver_from(connection, name, sequence)

    follower = await world.follower()
    await world.publish(message("a", 1), message("a", 3), message("b", 1))
    await until(lambda: has_effects(follower, 2))
    monkeypatch.setattr(watch, "redeliver_from", counted)
    await until(lambda: asyncio.sleep(0, len(asked) == 3))
    assert asked[1] - asked[0] > 0.6
    assert asked[2] - asked[1] > 1.2
    assert await effects(follower) == [("a", 1), ("b", 1)]
    await world.publish(message("a", 2))
    await until(lambda: has_effects(follower, 4))

    async def patient_again() -> bool:
        return bool(follower.watch._patience == timedelta(seconds=0.3))

    await until(patient_again)


async def test_a_store_restored_while_stopped_is_given_what_it_lacks(world: World) -> None:
    owner, follower = await world.owner(), await world.follower()
    await say(owner, started("a"), started("b"))
    await until(lambda: has_effects(follower, 2))

    async def acknowledged() -> int:
        return int((await rows(follower, "SELECT acknowledged FROM stream_seen"))[0][0])

    async def seen() -> bool:
        return await acknowledged() == 2

    await until(seen)
    await say(owner, started("a"), started("b"), started("c"))
    await until(lambda: has_effects(follower, 5))
    await world.stop(follower)
    store = world.store("budget")
    for statement in (
        "DELETE FROM effect WHERE id > 2",
        "DELETE FROM version WHERE subject = 'c'",
        "UPDATE version SET last_sequence = 1",
        "UPDATE stream_seen SET acknowledged = 2",
    ):
        await store.write(lambda c, s=statement: c.exec_driver_sql(s))  # type: ignore[misc]
    follower = await world.follower()
    await until(lambda: has_effects(follower, 5))
    assert await effects(follower) == [("a", 1), ("b", 1), ("a", 2), ("b", 2), ("c", 1)]


async def test_a_service_whose_store_is_new_handles_the_whole_stream(world: World) -> None:
    owner, follower = await world.owner(), await world.follower()
    await say(owner, *(started(f"s{n % 5}") for n in range(50)))
    await until(lambda: has_effects(follower, 50))
    await world.stop(follower)
    store = world.store("budget")
    for table in ("effect", "version", "stream_seen"):
        await store.write(lambda c, t=table: c.exec_driver_sql(f"DELETE FROM {t}"))  # type: ignore[misc]
    follower = await world.follower()
    await until(lambda: has_effects(follower, 50))


BEFORE = Sight(created="monday", last_sequence=10, messages=9, acknowledged=7)


@pytest.mark.parametrize(
    ("now", "set_back"),
    [
        (BEFORE, False),
        (replace(BEFORE, last_sequence=11, messages=10), False),
        (replace(BEFORE, acknowledged=3), False),
        (replace(BEFORE, created="tuesday", last_sequence=20, messages=20), True),
        (replace(BEFORE, last_sequence=9), False),
        (replace(BEFORE, messages=8), True),
        (replace(BEFORE, last_sequence=8, messages=8), True),
    ],
)
def test_what_counts_as_set_back(now: Sight, set_back: bool) -> None:
    assert now.is_set_back_from(BEFORE) is set_back
