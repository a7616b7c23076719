# SPDX-License-Identifier: EUPL-1.2
"""One instance leads; another takes over; one that slept past its term is refused whatever it tries."""

import asyncio
import json
import threading
import time
from functools import partial

import pytest
from sqlalchemy import Connection, update

from shared.messaging import lease
from shared.messaging.lease import LeaseLost
from shared.messaging.replay import read
from shared.messaging.transaction import Cause
from shared.migrate import migrate
from shared.process import Process
from shared.store import Database, StoreError
from tests.conftest import OpenDatabase, stay_in
from tests.shared.messaging.conftest import (
    HOUR,
    World,
    effects,
    everything_published,
    has_effects,
    operate,
    parked_rows,
    per_subject,
    record,
    rows,
    say,
    until,
)
from tests.shared.messaging.probe import message, started

CAUSE = Cause("said-in-a-test")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def migrated(database: Database) -> Database:
    migrate(database, "tests.shared.messaging.probe")
    return database


async def leads(process: Process) -> bool:
    return process.leader.leads


@on_postgres
async def test_a_stop_hands_over_long_before_the_lease_runs_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "SECONDS", HOUR)
    monkeypatch.setattr("shared.process.ENDING", (HOUR,))  # a busy machine may not get to it in time
    monkeypatch.setattr("shared.messaging.leader.RELEASE", HOUR)
    owner, first = await world.owner(), await world.follower()
    await until(lambda: leads(first))
    second = await world.follower()
    await say(owner, started("a"))
    await until(lambda: has_effects(second, 1))
    assert not second.leader.leads
    assert await second.ready() == {}
    await world.stop(first)
    await until(lambda: leads(second))
    await say(owner, started("a"))
    await until(lambda: has_effects(second, 2))


@on_postgres
async def test_a_death_is_taken_over_when_its_lease_has_run_out(world: World) -> None:
    owner, first = await world.owner(), await world.follower()
    await until(lambda: leads(first))
    second = await world.follower()
    await world.kill(first)
    begun = time.monotonic()
    await say(owner, started("a"))
    await until(lambda: has_effects(second, 1))
    assert time.monotonic() - begun > 2


@on_postgres
async def test_what_troubled_a_leader_is_over_when_another_leads(world: World) -> None:
    """Else it would be unready for as long as the other one leads."""

    async def breaks(*_: object) -> None:
        raise KeyError("it cannot go on")

    first = await world.follower()
    first.leader.tasks["breaks"] = breaks
    await until(lambda: leads(first))
    await (await first.bus.connection()).close()  # ends the term, which did not know this task yet
    await until(lambda: asyncio.sleep(0, "breaks" in first.leader.troubles))
    second = await world.follower()

    async def second_leads() -> bool:
        runs_out = (
            update(lease.leases).values(expires_at=0.0).where(lease.leases.c.holder == first.leader.holder)
        )
        await second.database.write(lambda c: c.execute(runs_out))
        return second.leader.leads

    await until(second_leads)
    await until(lambda: asyncio.sleep(0, not first.leader.leads))

    async def both_ready() -> bool:
        return await first.ready() == await second.ready() == {}

    await until(both_ready)


@on_postgres
async def test_a_leader_that_slept_past_its_term_is_refused(world: World) -> None:
    owner, sleeper = await world.owner(), await world.follower()
    await world.publish(message("a", 1, version=2), message("b", 1))
    await until(lambda: has_effects(sleeper, 1))
    await until(lambda: leads(sleeper))
    guard = sleeper.leader.guard

    async def asleep(_held: object) -> None:
        await asyncio.sleep(3600)

    sleeper.leader._renew = asleep  # type: ignore[method-assign, assignment]
    await world.outlive(sleeper)
    successor = await world.follower()
    await until(lambda: leads(successor))
    sleeper = Process(successor.service, successor.database, world.municipality, successor.bus)
    with pytest.raises(LeaseLost):
        await sleeper.database.write(guard)
    with pytest.raises(LeaseLost):
        await sleeper.consumer._commit([], guard)
    with pytest.raises(LeaseLost):
        await sleeper.database.write(lambda c: sleeper.retry.work_off(c, guard))
    with pytest.raises(LeaseLost):
        await sleeper.desk.actions["discard"]({"id": 1, "reason": "late", "by": "nobody"})
    client = await world.client()

    async def publishes() -> None:
        while True:  # until it has something to mark; the new leader publishes too
            await sleeper.transactions.run(record(*(started("z") for _ in range(9))), CAUSE)
            await sleeper.relay.publish_next(client, guard)

    with pytest.raises(LeaseLost):
        await publishes()
    assert ("a", 1, "unknown") in await parked_rows(successor)
    await until(lambda: everything_published(successor))
    assert (await operate(successor, "discard", id=1, reason="no", by="jan"))[0]
    await say(owner, started("c"))

    async def arrived() -> bool:
        return ("c", 1) in await effects(successor)

    await until(arrived)
    assert per_subject(await effects(successor)) == {"b": [1], "c": [1]}
    events = [json.loads(each.data) async for batch in read(client, ["kernpuls.>"]) for each in batch]
    order = [int(event["subjectsequence"]) for event in events if event["subject"] == "z"]
    assert order == list(range(1, len(await rows(successor, "SELECT 1 FROM outbox")) + 1))


@on_postgres
async def test_a_transaction_that_began_in_time_is_waited_for(migrated: Database) -> None:
    """Between the check and the commit nobody else can come to lead."""
    held = await migrated.write(lambda c: lease.take(c, "one"))
    assert held
    inside, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        lease.check(connection, held)
        inside.set()
        stay_in(connection, go_on)

    slowly = asyncio.create_task(migrated.write(slow))
    await until(lambda: asyncio.sleep(0, inside.is_set()))
    await migrated.write(lambda c: lease.renew(c, held))  # not hindered
    assert await migrated.write(lambda c: lease.take(c, "other")) is None  # at once
    await migrated.write(lambda c: lease.release(c, held))
    taking = asyncio.create_task(migrated.write(lambda c: lease.take(c, "other")))
    await asyncio.sleep(0.3)
    assert not taking.done()
    go_on.set()
    await slowly
    taken = await taking
    assert taken
    assert taken.fence == held.fence + 1
    with pytest.raises(LeaseLost):
        await migrated.write(lambda c: lease.check(c, held))


@on_postgres
async def test_many_transactions_do_not_keep_the_holder_from_renewing(migrated: Database) -> None:
    held = await migrated.write(lambda c: lease.take(c, "one"))
    assert held
    stop = False

    def one(connection: object) -> None:
        lease.check(connection, held)  # type: ignore[arg-type]
        time.sleep(0.05)

    async def busy() -> None:
        while not stop:
            await migrated.write(one)

    crowd = [asyncio.create_task(busy()) for _ in range(4)]
    for _ in range(5):
        await migrated.write(lambda c: lease.renew(c, held))
        await asyncio.sleep(0.1)
    stop = True
    await asyncio.gather(*crowd)


@on_postgres
async def test_the_clock_of_the_database_may_step(migrated: Database) -> None:
    held = await migrated.write(lambda c: lease.take(c, "one"))
    assert held
    # An hour back: the lease seems to hold for an hour.
    await migrated.write(lambda c: c.exec_driver_sql("UPDATE lease SET expires_at = expires_at + 3600"))
    await migrated.write(lambda c: lease.check(c, held))
    other = await migrated.write(lambda c: lease.take(c, "other"))
    assert other
    # An hour ahead: it has run out, and its holder takes it again.
    await migrated.write(lambda c: c.exec_driver_sql("UPDATE lease SET expires_at = expires_at - 3600"))
    with pytest.raises(LeaseLost):
        await migrated.write(lambda c: lease.check(c, other))
    again = await migrated.write(lambda c: lease.take(c, "other"))
    assert again
    assert again.fence == 3


@on_postgres
async def test_of_many_that_try_at_once_one_takes_it(migrated: Database) -> None:
    for _ in range(5):
        takers = [migrated.write(partial(lease.take, holder=f"h{n}")) for n in range(8)]
        taken = [held for held in await asyncio.gather(*takers) if held]
        assert len(taken) == 1
        await migrated.write(lambda c, held=taken[0]: lease.release(c, held))  # type: ignore[misc]


@on_sqlite
def test_a_second_process_of_a_sqlite_service_refuses_with_a_sentence(
    migrated: Database, open_database: OpenDatabase
) -> None:
    migrated.hold()
    with pytest.raises(StoreError, match=r"is in use by process \d+\. SQLite serves one process"):
        open_database("probe").hold()
    migrated.close()
    open_database("probe").hold()
