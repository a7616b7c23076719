# SPDX-License-Identifier: EUPL-1.2
"""The tasks of which only one instance of a service runs: relay, consumer, retries, operator requests."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
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
WAITS = 0.2, 5.0  # seconds before what failed begins again: at first, and at most
STEADY = 6.0  # seconds after which what runs goes well: a call to the bus fails after five
TERM = "term"
Task = Callable[[Client, Guard], Coroutine[Any, Any, None]]

log = structlog.get_logger()


def nobody_leads(_connection: Connection) -> None:
    raise LeaseLost("this instance does not lead")


class Leader:
    """Takes the lease, prepares, runs the tasks while it holds, and begins again whatever goes wrong.

    A task that fails begins again by itself, later each time: a consumer that cannot go on must not keep
    what this service has to tell from the stream. Losing the lease or the connection ends them all, and
    they start afresh together. `guard` is that of the present term; it refuses every transaction while
    there is none.
    """

    def __init__(
        self, database: Database, bus: Bus, holder: str, prepare: Task, tasks: dict[str, Task]
    ) -> None:
        self.database, self.bus, self.holder = database, bus, holder
        self.prepare, self.tasks = prepare, tasks
        self.leads = False
        self.troubles: dict[str, str] = {}  # what the term or a task ended with, until it goes well again
        self.guard: Guard = nobody_leads

    async def run(self) -> None:
        await self._again(TERM, self._term, lambda _error: False)

    async def _again(
        self, name: str, work: Callable[[], Awaitable[None]], ends: Callable[[Exception], bool]
    ) -> None:
        """Whenever it ended, but for what `ends` it."""
        loop, wait = asyncio.get_running_loop(), WAITS[0]
        while True:
            started, well = loop.time(), loop.call_later(STEADY, self.troubles.pop, name, None)
            try:
                await work()
            except Exception as error:
                if ends(error):
                    raise
                self.troubles[name] = type(error).__name__
                log.warning("leader.begins-again", part=name, exc_info=error)
            finally:
                well.cancel()
            wait = WAITS[0] if loop.time() - started > STEADY else wait
            await asyncio.sleep(wait)
            wait = min(wait * 2, WAITS[1])

    async def _term(self) -> None:
        """From taking the lease until it is lost or the connection is, or the process is told to stop."""
        connection = await self.bus.connection()
        held = await self._take()
        guard = self.guard = partial(lease.check, lease=held)

        def ends(error: Exception) -> bool:
            return isinstance(error, LeaseLost) or connection.is_closed

        try:
            log.info("leader.leads", fence=held.fence)
            await _together(self._renew(held), self.prepare(connection, guard))  # which may take long
            self.leads, self.troubles = True, {}
            tasks = [
                self._again(name, partial(task, connection, guard), ends) for name, task in self.tasks.items()
            ]
            await _together(self._renew(held), *tasks)
        finally:
            self.leads, self.guard, self.troubles = False, nobody_leads, {}  # whoever leads next is not ill
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
