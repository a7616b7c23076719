# SPDX-License-Identifier: EUPL-1.2
"""What is due because time has passed: handlers without a message, run now and then by the leader."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import structlog
from nats.aio.client import Client

from shared.contracts.envelope import NewEvent
from shared.messaging.items import ForEach, fail
from shared.messaging.lease import Guard, LeaseLost
from shared.messaging.transaction import Cause, Transaction, Transactions, random_id
from shared.outage import is_outage

LOOK_EVERY = 30.0  # seconds; what is due is due by the day
# Does a limited part of what is due at `tx.now`, and returns its events; none when nothing is due any more.
Timer = Callable[[Transaction], Sequence[NewEvent]]

T = TypeVar("T")
log = structlog.get_logger()


class Timers:
    """Runs timers, each part of what is due in a transaction of its own, and looks again every so often."""

    def __init__(
        self, transactions: Transactions, timers: Sequence[Timer], every: float | None = None
    ) -> None:
        self.transactions, self.timers, self.every = transactions, timers, every

    async def run(self, _connection: Client, guard: Guard) -> None:
        while True:
            for timer in self.timers:
                await self._run_out(timer, guard)
            await asyncio.sleep(LOOK_EVERY if self.every is None else self.every)

    async def _run_out(self, timer: Timer, guard: Guard) -> None:
        """One that fails is tried again the next time: it must not keep the others, or the service, from
        their work. Nor must one item keep the other items of its timer.
        """
        while True:
            try:
                return await self._all(timer, guard)
            except LeaseLost:
                raise
            except Exception as error:
                if is_outage(error) or not await self._one_by_one(timer, guard):
                    log.exception("timer.failed", timer=timer.__name__, exc_info=error)
                    return None

    async def _all(self, timer: Timer, guard: Guard) -> None:
        """As long as it has events, or finds other items than before."""
        before: list[str] = []
        while True:
            events, items = await self._run(guard, partial(_part, timer))
            if not events and items in ([], before):
                return
            before = items

    async def _one_by_one(self, timer: Timer, guard: Guard) -> bool:
        """Each item in a transaction of its own; whether some failed, and so wait now."""
        if not isinstance(timer, ForEach):
            return False
        failed = False
        try:
            items = await self._run(guard, timer.found)
        except LeaseLost:
            raise
        except Exception:  # what is due cannot even be told: the timers behind this one go on
            return False
        for item in items:
            try:
                await self._run(guard, partial(_one, timer, item))
            except LeaseLost:
                raise
            except Exception as error:
                if is_outage(error):
                    return False
                await self._run(guard, partial(_failed, timer, item, error))
                failed = True
        return failed

    async def _run(self, guard: Guard, work: Callable[[Transaction], T]) -> T:
        def guarded(tx: Transaction) -> T:
            guard(tx.connection)
            return work(tx)

        return await self.transactions.run(guarded, Cause(random_id()))


def _part(timer: Timer, tx: Transaction) -> tuple[int, list[str]]:
    """How many events it had, and which items."""
    if not isinstance(timer, ForEach):
        events, items = timer(tx), []
    else:
        items = timer.found(tx)
        events = [event for item in items for event in timer.one(item, tx)]
    tx.record(events)
    return len(events), items


def _one(timer: ForEach, item: str, tx: Transaction) -> None:
    tx.record(timer.one(item, tx))


def _failed(timer: ForEach, item: str, error: Exception, tx: Transaction) -> None:
    fail(tx.connection, timer.name, item, error, tx.now)
