# SPDX-License-Identifier: EUPL-1.2
"""A `v2` beside its `v1`: one number, two ids, `v2` first; every reader has every fact once (CE-T)."""

import json
from datetime import date

import pytest

from shared.contracts.envelope import NewEvent, envelope_of
from shared.contracts.initiatives import InitiativeStarted
from shared.messaging import decode
from shared.messaging.replay import read
from tests.shared.messaging.conftest import (
    World,
    effects,
    everything_published,
    has_effects,
    operate,
    parked_rows,
    rows,
    say,
    until,
)
from tests.shared.messaging.probe import write_down

FACTS = {"happened_on": date(2021, 7, 1), "kernen": ("de-plaat",), "actor": "official", "origin": "live"}


class StartedAgain(InitiativeStarted):
    """A trial: the same fact, with a field that old readers could not do without."""

    TYPE = "initiative.started.v2"
    place: str


def in_both(subject: str) -> NewEvent:
    data = StartedAgain.model_validate(FACTS | {"place": "plein"})
    return NewEvent(subject, data, twin=InitiativeStarted.model_validate(FACTS))


def in_one(subject: str) -> NewEvent:
    return NewEvent(subject, InitiativeStarted.model_validate(FACTS))


async def test_old_and_new_readers_have_every_fact_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, old = await world.owner(), await world.follower(name="old")
    await say(owner, in_both("a"), in_one("a"), in_both("b"))
    await say(owner, in_both("a"))
    facts = [("a", 1), ("a", 2), ("b", 1), ("a", 3)]
    await until(lambda: has_effects(old, 4))
    assert sorted(await effects(old)) == sorted(facts)
    await until(lambda: everything_published(owner))
    assert await parked_rows(old) == []
    await world.stop(old)

    monkeypatch.setitem(decode.KNOWN, "nl.kernpuls.initiative.started.v2", envelope_of(StartedAgain))
    new = await world.follower({InitiativeStarted: write_down, StartedAgain: write_down}, name="new")
    await until(lambda: has_effects(new, 4))
    assert sorted(await effects(new)) == sorted(facts)
    newest = await rows(new, "SELECT event_id FROM effect WHERE subject = 'a' AND sequence = 1")
    assert newest == await rows(
        owner, "SELECT event_id FROM outbox WHERE subject = 'a' AND sequence = 1 AND major = 2"
    )
    done, report = await operate(owner, "reconcile", repair=False)
    assert done, report


async def test_twins_share_a_number_and_the_new_one_comes_first(world: World) -> None:
    owner = await world.owner()
    await say(owner, in_both("a"), in_both("a"))
    await until(lambda: everything_published(owner))
    found = [
        json.loads(m.data)
        async for batch in read(await world.client(), ["kernpuls.*.*.initiative.>"])
        for m in batch
    ]
    assert [event["type"].rsplit(".", 1)[1] for event in found] == ["v2", "v1", "v2", "v1"]
    assert len({event["id"] for event in found}) == 4
    numbers = await rows(owner, "SELECT sequence, major FROM outbox ORDER BY id")
    assert numbers == [(1, 2), (1, 1), (2, 2), (2, 1)]
