# SPDX-License-Identifier: EUPL-1.2
"""The tasks of which only one instance of a service runs: relay, consumer, retries, operator requests."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

import structlog
from nats.aio.client import Client
from sqlalchemy import Connection

from shared.messaging import lease
from shared.messaging.broker import Bus
from shared.messaging.lease import Guard, Lease, LeaseLost
from shared.store import Database

RENEW_EVERY = lease.SECONDS / 3
TRY_EVERY = 1.0
RELEASE = 2.0  # seconds that giving the lease back may take
Task = Callable[[Client, Guard], Coroutine[Any, Any, None]]

log = structlog.get_logger()


def nobody_leads(_connection: Connection) -> None:
    raise LeaseLost("this instance does not lead")


class Leader:
    """Takes the lease, prepares, runs the tasks while it holds, and begins again whatever goes wrong.

    A task that ends ends them all: they start afresh together, from what the store says. `guard` is
    that of the present term; it refuses every transaction while there is none.
    """

    def __init__(
        self, database: Database, bus: Bus, holder: str, prepare: Task, tasks: dict[str, Task]
    ) -> None:
        self.database, self.bus, self.holder = database, bus, holder
        self.prepare, self.tasks = prepare, tasks
        self.leads = False
        self.trouble = ""  # what the last term ended with, until one begins well
        self.guard: Guard = nobody_leads

    async def run(self) -> None:
        wait = 0.2
        while True:
            started = asyncio.get_running_loop().time()
            try:
                await self._term()
            except Exception as error:
                self.trouble = type(error).__name__
                log.warning("leader.begins-again", exc_info=error)
            if asyncio.get_running_loop().time() - started > 10:
                wait = 0.2
            await asyncio.sleep(wait)
            wait = min(wait * 2, 2.0)

    async def _term(self) -> None:
        """From taking the lease until something goes wrong, or the process is told to stop."""
        connection = await self.bus.connection()
        held = await self._take()
        self.guard = partial(lease.check, lease=held)
        try:
            log.info("leader.leads", fence=held.fence)
            await _together(self._renew(held), self.prepare(connection, self.guard))  # which may take long
            self.leads, self.trouble = True, ""
            tasks = [task(connection, self.guard) for task in self.tasks.values()]
            await _together(self._renew(held), *tasks)
        finally:
            self.leads, self.guard = False, nobody_leads
            await asyncio.wait([asyncio.ensure_future(self._release(held))], timeout=RELEASE)

    async def _take(self) -> Lease:
        while True:
            held = await self.database.write(lambda c: lease.take(c, self.holder))
            if held:
                return held
            await asyncio.sleep(TRY_EVERY)

    async def _renew(self, held: Lease) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            await self.database.write(lambda c: lease.renew(c, held))

    async def _release(self, held: Lease) -> None:
        try:
            await self.database.write(lambda c: lease.release(c, held))
        except Exception as error:  # it runs out by itself
            log.info("leader.lease-not-released", error=type(error).__name__)


async def _together(*work: Coroutine[Any, Any, None]) -> None:
    """Until one ends; then end all, and raise what ended it.

    Not a TaskGroup: that one cancels once, and nats-py swallows a cancellation here and there.
    """
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(tasks)
    for task in ended:
        if not task.cancelled():
            task.result()


async def end(tasks: Sequence[asyncio.Task[None]], patience: Sequence[float] = (0.5, 0.5, 0.5)) -> None:
    """Cancel, and again, waiting so many seconds each time, but not for ever."""
    for seconds in patience:
        if running := [task for task in tasks if not task.done()]:
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=seconds)
