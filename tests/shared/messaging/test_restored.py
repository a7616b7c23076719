# SPDX-License-Identifier: EUPL-1.2
"""A store put back from before its own events: they come back from the stream, no number is used twice."""

import json

from shared.messaging.replay import read
from shared.messaging.stream import STREAM, api, filters_for
from shared.process import Process
from shared.store import Database
from tests.conftest import WATERRIJK
from tests.shared.messaging.conftest import (
    PUBLISHED,
    World,
    effects,
    everything_published,
    figure,
    has_effects,
    operate,
    parked_rows,
    per_subject,
    rows,
    say,
    until,
)
from tests.shared.messaging.probe import message, released, started

TAKEN_BACK = "kernpuls_outbox_taken_back_events_total"
MINE = filters_for(PUBLISHED, WATERRIJK.code)


async def put_back(store: Database, kept: int) -> None:
    """The owner's store as a backup has it that was made after so many events."""
    for statement in (
        f"DELETE FROM outbox WHERE id > {kept}",
        "DELETE FROM aggregate WHERE subject NOT IN (SELECT subject FROM outbox)",
        "UPDATE aggregate SET version ="
        " (SELECT max(sequence) FROM outbox WHERE outbox.subject = aggregate.subject)",
    ):
        await store.write(lambda c, s=statement: c.exec_driver_sql(s))  # type: ignore[misc]


async def in_the_stream(world: World) -> list[tuple[str, int]]:
    client = await world.client()
    events = [json.loads(m.data) async for batch in read(client, MINE) for m in batch]
    return [(event["subject"], int(event["subjectsequence"])) for event in events]


async def test_what_it_told_since_the_backup_comes_back_and_its_numbers_go_on(world: World) -> None:
    owner, follower = await world.owner(), await world.follower()
    await say(owner, started("a"), started("a"), started("b"))
    await say(owner, started("a"), started("b"), started("new"))
    await until(lambda: has_effects(follower, 6))
    await until(lambda: everything_published(owner))
    whole = await rows(owner, "SELECT event_id, sequence, payload FROM outbox ORDER BY event_id")
    await world.stop(owner)
    await put_back(world.store("initiatives"), 3)
    owner = await world.owner()
    await until(lambda: took_back(owner, 6))
    assert await rows(owner, "SELECT event_id, sequence, payload FROM outbox ORDER BY event_id") == whole
    await say(owner, started("a"), started("new"))
    await until(lambda: has_effects(follower, 8))
    assert per_subject(await effects(follower)) == {"a": [1, 2, 3, 4], "b": [1, 2], "new": [1, 2]}
    assert await figure(owner, TAKEN_BACK) == 3
    assert (await operate(owner, "reconcile"))[1].startswith("8 the same, 0 lost by the stream, 0 not in")


async def took_back(owner: Process, count: int) -> bool:
    return await rows(owner, "SELECT count(*) FROM outbox") == [(count,)]


async def test_what_it_accepted_before_it_knew_comes_after(world: World) -> None:
    """HTTP is served while the bus is away: the numbers that these commands got were used already."""
    owner, follower = await world.owner(), await world.follower()
    await say(owner, started("a"), started("b"))
    await say(owner, started("a"), started("a"))
    await until(lambda: has_effects(follower, 4))
    await world.stop(owner)
    await put_back(world.store("initiatives"), 2)
    world.server.stop()
    owner = await world.owner()
    await say(owner, started("a"), started("c"))
    await say(owner, started("a"), started("b"))
    world.server.start()
    await until(lambda: everything_published(owner))
    await until(lambda: has_effects(follower, 8))
    found = per_subject(await effects(follower))
    assert found == {"a": [1, 2, 3, 4, 5], "b": [1, 2], "c": [1]}
    assert len(set(await in_the_stream(world))) == len(await in_the_stream(world)) == 8
    assert await rows(owner, "SELECT subject, version FROM aggregate ORDER BY subject") == [
        ("a", 5),
        ("b", 2),
        ("c", 1),
    ]
    assert await parked_rows(follower) == []


async def test_what_was_published_and_not_marked_is_no_sign_of_a_backup(world: World) -> None:
    owner = await world.owner()
    await say(owner, started("a"), started("a"), started("a"))
    await until(lambda: everything_published(owner))
    await world.stop(owner)
    forget = "UPDATE outbox SET published_at = NULL, stream_sequence = NULL WHERE id > 1"
    await world.store("initiatives").write(lambda c: c.exec_driver_sql(forget))
    await world.publish(message("a", 4), message("stranger", 1))  # of nobody: it names no message id
    owner = await world.owner()
    await until(lambda: everything_published(owner))
    assert await rows(owner, "SELECT count(*), max(sequence) FROM outbox") == [(3, 3)]
    assert await figure(owner, TAKEN_BACK) == 0


async def test_a_stream_that_lost_its_end_is_seen_though_others_went_beyond_it(world: World) -> None:
    """A power cut took the last events, and before this service looked, another one published more."""
    owner = await world.owner()
    await say(owner, *(started(f"s{n}") for n in range(9)))
    await until(lambda: everything_published(owner))
    await world.stop(owner)
    client = await world.client()
    for place in (8, 9):
        await api(client, f"STREAM.MSG.DELETE.{STREAM}", {"seq": place})
    await world.publish(*(message(f"other{n}", 1, released("x").data) for n in range(5)))
    owner = await world.owner()
    await until(lambda: lacks(owner))
    assert (await operate(owner, "reconcile", repair=True))[1].startswith("before: 7 the same, 2 lost")
    assert "stream" not in await owner.ready()


async def lacks(process: Process) -> bool:
    return "kernpuls reconcile --repair" in (await process.ready()).get("stream", "")
