# SPDX-License-Identifier: EUPL-1.2
"""From the stream to exactly one effect of every event, in the order of its subject."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.contracts.budget import GrantReleased
from shared.contracts.envelope import Event, NewEvent, source_of
from shared.contracts.initiatives import InitiativeStarted, InitiativeWithdrawn
from shared.messaging import crash
from shared.messaging.stream import STREAM, api
from shared.messaging.transaction import Transaction
from tests.shared.messaging.conftest import (
    World,
    effects,
    has_effects,
    parked_rows,
    per_subject,
    rows,
    say,
    until,
)
from tests.shared.messaging.probe import message, released, started, write_down


def follows_up(event: Event[InitiativeStarted], tx: Transaction) -> Sequence[NewEvent]:
    write_down(event, tx)
    return [released(event.subject)]


async def test_an_event_delivered_fifty_times_has_one_effect(world: World) -> None:
    follower = await world.follower({InitiativeStarted: follows_up})
    first, second = message("a", 1), message("a", 2)
    await world.publish(*[first] * 25, second, *[first, second] * 24, first, message("b", 1))
    await until(lambda: has_effects(follower, 3))
    assert await effects(follower) == [("a", 1), ("a", 2), ("b", 1)]
    assert await rows(follower, "SELECT subject, sequence FROM outbox ORDER BY id") == [
        ("after-a", 1),
        ("after-a", 2),
        ("after-b", 1),
    ]
    assert await parked_rows(follower) == []


async def test_an_event_is_acknowledged_after_its_commit_only(world: World) -> None:
    follower, client = await world.follower(), await world.client()
    await world.publish(message("a", 1))
    await until(lambda: has_effects(follower, 1))

    async def place(what: str) -> int:
        info = await api(client, f"CONSUMER.INFO.{STREAM}.{follower.service.name}")
        return int(info[what]["stream_seq"])

    async def has_come(what: str) -> bool:
        return await place(what) == 2

    async with follower.consumer.turn:  # no batch can commit meanwhile
        await world.publish(message("a", 2))
        await until(lambda: has_come("delivered"))
        await asyncio.sleep(0.2)
        assert await place("ack_floor") == 1
    await until(lambda: has_come("ack_floor"))
    assert await effects(follower) == [("a", 1), ("a", 2)]


async def test_a_backlog_is_handled_in_the_order_of_the_stream(world: World) -> None:
    owner = await world.owner()
    await say(owner, *(started(f"s{n % 13}") for n in range(700)))
    follower = await world.follower()
    await until(lambda: has_effects(follower, 700))
    assert await effects(follower) == [(f"s{n % 13}", n // 13 + 1) for n in range(700)]


async def test_two_services_follow_each_on_its_own(world: World) -> None:
    owner = await world.owner()
    one, other = await world.follower(), await world.follower(name="another")
    await say(owner, *(started(f"s{n % 3}") for n in range(30)))
    for service in (one, other):
        await until(lambda service=service: has_effects(service, 30))  # type: ignore[misc]


async def test_types_that_are_not_used_count_all_the_same(world: World) -> None:
    follower = await world.follower()
    withdrawn = InitiativeWithdrawn.model_validate(started("a").data.model_dump())
    await world.publish(message("a", 1, withdrawn), message("a", 2), message("a", 3, withdrawn))

    async def has_counted() -> bool:
        return await rows(follower, "SELECT last_sequence FROM version") == [(3,)]

    await until(has_counted)
    assert await effects(follower) == [("a", 2)]
    assert await parked_rows(follower) == []


async def test_the_same_subject_of_two_sources_are_two_subjects(world: World) -> None:
    follower = await world.follower({InitiativeStarted: write_down, GrantReleased: write_down})
    other = source_of("00000099000000999900", "budget")
    await world.publish(message("a", 1), message("a", 1, released("a").data, source=other), message("a", 2))
    await until(lambda: has_effects(follower, 3))
    assert await parked_rows(follower) == []


@pytest.mark.parametrize("point", ["CP5", "CP6", "CP7", "CP8"])
async def test_a_death_on_the_way_has_no_second_effect(
    world: World, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    owner, follower = await world.owner(), await world.follower({InitiativeStarted: follows_up})
    passed: list[str] = []

    def dies(at: str) -> None:
        passed.append(at)
        if at == point and passed.count(point) <= 2:
            raise RuntimeError(f"died at {point}")

    monkeypatch.setattr(crash, "here", dies)
    rounds = 0
    while passed.count(point) <= 2:
        await say(owner, started("a"), started(f"b{rounds}"))
        rounds += 1
        await asyncio.sleep(0.05)
    await until(lambda: has_effects(follower, 2 * rounds))
    found = per_subject(await effects(follower))
    assert found == {"a": list(range(1, rounds + 1)), **{f"b{n}": [1] for n in range(rounds)}}
    followed = dict(await rows(follower, "SELECT subject, count(*) FROM outbox GROUP BY subject"))
    assert followed == {"after-a": rounds, **{f"after-b{n}": 1 for n in range(rounds)}}
    assert await parked_rows(follower) == []


async def test_a_killed_process_is_followed_by_another(world: World) -> None:
    owner, follower = await world.owner(), await world.follower()
    for _ in range(4):
        await say(owner, *(started(f"s{n % 11}") for n in range(150)))
        await world.outlive(follower)
        follower = await world.follower()
    await until(lambda: has_effects(follower, 600))
    found = per_subject(await effects(follower))
    assert all(sequences == list(range(1, len(sequences) + 1)) for sequences in found.values())
    assert await parked_rows(follower) == []
