"""The tasks of which only one instance of a service runs: relay, consumer, retries, operator requests."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import structlog
from nats.aio.client import Client

from shared.messaging import lease
from shared.messaging.broker import Bus
from shared.messaging.lease import Guard, Lease
from shared.store import Database

RENEW_EVERY = lease.SECONDS / 3
TRY_EVERY = 1.0
Task = Callable[[Client, Guard], Coroutine[Any, Any, None]]

log = structlog.get_logger()


class Leader:
    """Takes the lease, prepares, runs the tasks while it holds, and begins again whatever goes wrong.

    A task that raises ends them all: they start afresh together, from what the store says.
    """

    def __init__(
        self, database: Database, bus: Bus, holder: str, prepare: Task, tasks: dict[str, Task]
    ) -> None:
        self.database, self.bus, self.holder = database, bus, holder
        self.prepare, self.tasks = prepare, tasks
        self.leads = False

    async def run(self) -> None:
        wait = 0.2
        while True:
            started = asyncio.get_running_loop().time()
            try:
                await self._term()
            except* Exception as group:
                for error in group.exceptions:
                    log.warning("leader.begins-again", exc_info=error)
            if asyncio.get_running_loop().time() - started > 10:
                wait = 0.2
            await asyncio.sleep(wait)
            wait = min(wait * 2, 2.0)

    async def _term(self) -> None:
        """From taking the lease until something goes wrong, or the process is told to stop."""
        connection = await self.bus.connection()
        held = await self._take()
        guard: Guard = partial(lease.check, lease=held)
        try:
            log.info("leader.leads", fence=held.fence)
            await self.prepare(connection, guard)
            self.leads = True
            async with asyncio.TaskGroup() as group:
                group.create_task(self._renew(held), name="renew")
                for name, task in self.tasks.items():
                    group.create_task(task(connection, guard), name=name)
        finally:
            self.leads = False
            await asyncio.shield(self._release(held))

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
