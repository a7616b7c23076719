# SPDX-License-Identifier: EUPL-1.2
"""What the cost of one event and of one request does while everything grows."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

from sqlalchemy import Connection

from benchmarks import ground, history
from benchmarks.figures import Sample
from benchmarks.visible import client_of
from services.analytics.__main__ import SERVICE as ANALYTICS
from services.analytics.read_model.rebuild import Rebuild
from shared.messaging import versions
from shared.messaging.broker import Bus
from shared.messaging.decode import Incoming, decode
from shared.messaging.outbox import Unpublished, unpublished
from shared.messaging.transaction import Transactions
from shared.process import Process
from shared.store import Database

BATCH, BATCHES, REQUESTS = 200, 5, 30
Points = dict[str, dict[int, list[float]]]
grown: Points = {"an event, by rows of versions": {}, "an overview, by events": {}}  # in ms, for the plots


def steps(most: int) -> list[int]:
    """A thousandth, a hundredth, a tenth, all of it."""
    return [max(1, most // part) for part in (1000, 100, 10, 1)]


async def many_versions(folder: Path, most: int, rounds: int) -> AsyncIterator[list[Sample]]:
    """A batch of events, each of a subject that the store knows already, and of one that it does not."""
    events = await _events(folder, BATCH)
    sizes = [0, *steps(most)]
    stores = {size: ground.store(folder / f"{size}", "budget") for size in sizes}
    for size, database in stores.items():
        await database.write(lambda c, n=size: _remember(c, n, events[0]))  # type: ignore[misc]
    for turn in range(-1, rounds):
        times: dict[int, list[float]] = {size: [] for size in sizes}
        for number in range(BATCHES):
            first = (turn + 1) * BATCHES + number
            for size in sizes:
                times[size].append(await _handle(stores[size], events, first * BATCH, size))
        if turn < 0:
            continue  # so that everything is warm
        for size, spent in times.items():
            grown["an event, by rows of versions"].setdefault(size, []).append(median(spent) / BATCH * 1000)
        rates = (BATCH / median(times[size]) for size in (most, 0))
        yield [Sample("handler with many versions", *rates)]
    for database in stores.values():
        database.close()


async def _events(folder: Path, count: int) -> list[Unpublished]:
    owner = ground.store(folder, "initiatives")
    await ground.write(Transactions(owner, ground.municipality()), count)
    events = await owner.read(lambda c: unpublished(c, count))
    owner.close()
    return events


def _remember(connection: Connection, count: int, like: Unpublished) -> None:
    source = decode(like.nats_subject, like.payload, ground.municipality()).aggregate
    assert source
    for places in ground.batches(range(count), 10_000):
        versions.save(connection, "budget", {versions.Aggregate(source.source, f"v-{n}"): 1 for n in places})


async def _handle(database: Database, events: list[Unpublished], first: int, size: int) -> float:
    """The time of a batch."""
    intake = ground.intake(database)
    batch = [_about(event, first + place, size) for place, event in enumerate(events)]
    begin = time.perf_counter()
    taken = await database.write(lambda c: intake.take(c, batch, guarded=False))
    spent = time.perf_counter() - begin
    assert len(taken.handled) == BATCH
    return spent


def _about(event: Unpublished, place: int, size: int) -> Incoming:
    """The same of another subject: spread over those that are known, or a new one when there are too few."""
    known = place * 7919 % size if size > place else None
    named = (f"v-{known}", "2") if known is not None else (f"new-{place}", "1")
    ours = ground.municipality()
    known_event = decode(event.nats_subject, event.payload, ours).event
    assert known_event
    other = known_event.model_copy(update={"subject": named[0], "subjectsequence": named[1]})
    return decode(event.nats_subject, other.to_bytes(), ours)


async def many_events(folder: Path, most: int, rounds: int) -> AsyncIterator[list[Sample]]:
    sizes = steps(most)
    processes = {size: await _overview(folder / f"{size}", size) for size in sizes}
    for turn in range(-1, rounds):
        times = {size: await _ask(process) for size, process in processes.items()}
        if turn < 0:
            continue  # so that everything is warm
        for size, spent in times.items():
            grown["an overview, by events"].setdefault(size, []).append(spent * 1000)
        yield [Sample("overview of many events", times[most] * 1000, times[sizes[0]] * 1000)]
    for process in processes.values():
        process.database.close()


async def _overview(folder: Path, count: int) -> Process:
    """A service whose read model holds so many events."""
    database, rebuild, ours = ground.store(folder, ANALYTICS.name), Rebuild(), history.municipality()
    await database.write(rebuild.begin)
    for some in ground.batches(history.messages(count), 200):
        events = [incoming.event for s, p in some if (incoming := decode(s, p, ours)).event]
        await database.write(lambda c, e=events: rebuild.apply(c, e))  # type: ignore[misc]
    while await database.write(rebuild.write):
        pass
    await database.write(rebuild.swap)
    assert rebuild.events == count
    return Process(ANALYTICS, database, history.municipality(), Bus("nats://127.0.0.1:1", ANALYTICS.name))


async def _ask(process: Process) -> float:
    async with client_of(process) as reader:
        times = []
        for _ in range(REQUESTS):
            begin = time.perf_counter()
            answer = await reader.get("/v1/overview")
            times.append(time.perf_counter() - begin)
            assert answer.status_code == 200, answer.text
    return median(times)
