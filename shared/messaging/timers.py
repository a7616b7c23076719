# SPDX-License-Identifier: EUPL-1.2
"""What is due because time has passed: handlers without a message, run now and then by the leader."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import structlog
from nats.aio.client import Client

from shared.contracts.envelope import NewEvent
from shared.messaging.lease import Guard, LeaseLost
from shared.messaging.transaction import Cause, Transaction, Transactions, random_id

LOOK_EVERY = 30.0  # seconds; what is due is due by the day
# Does a limited part of what is due at `tx.now`, and returns its events; none when nothing is due any more.
Timer = Callable[[Transaction], Sequence[NewEvent]]

log = structlog.get_logger()


class Timers:
    """Runs the timers of one service, each part of what is due in a transaction of its own."""

    def __init__(self, transactions: Transactions, timers: Sequence[Timer]) -> None:
        self.transactions, self.timers = transactions, timers

    async def run(self, _connection: Client, guard: Guard) -> None:
        while True:
            for timer in self.timers:
                await self._run_out(timer, guard)
            await asyncio.sleep(LOOK_EVERY)

    async def _run_out(self, timer: Timer, guard: Guard) -> None:
        """One that fails is tried again the next time: it must not keep the others, or the service, from
        their work.
        """
        try:
            while await self.transactions.run(partial(_part, timer, guard), Cause(random_id())):
                pass
        except LeaseLost:
            raise
        except Exception:
            log.exception("timer.failed", timer=timer.__name__)


def _part(timer: Timer, guard: Guard, tx: Transaction) -> int:
    guard(tx.connection)
    events = timer(tx)
    tx.record(events)
    return len(events)
