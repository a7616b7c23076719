# SPDX-License-Identifier: EUPL-1.2
"""Takes what has arrived, 1 to 200 events to a transaction, and acknowledges after the commit.

One mechanism for both ends: quiet, an event is handled at once; behind, 200 go to a transaction.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from sqlalchemy import Connection

from shared.messaging import crash
from shared.messaging.decode import Incoming, decode
from shared.messaging.flood import Flood, FloodRule
from shared.messaging.intake import HandlerFailed, Intake, Taken
from shared.messaging.lease import Guard
from shared.messaging.pull import BATCH, Before, LongPull
from shared.outage import is_outage
from shared.store import Database

WORK_SECONDS = 0.05  # about as long as a batch may keep an HTTP command waiting
FLOOD_PAUSE = 30.0

log = structlog.get_logger()


class Consumer:
    """The durable consumer of one service. `committed` is told what became of each batch.

    `turn` is held during a batch; a rebuild takes it to change the read model between two batches.
    """

    def __init__(self, intake: Intake, database: Database, committed: Callable[[Taken], None]) -> None:
        self.intake, self.database, self.committed = intake, database, committed
        self.turn = asyncio.Lock()
        self.flood = FloodRule()
        self.paused = False
        self._most = BATCH

    async def run(self, connection: Client, guard: Guard, resume: Before) -> None:
        """Consume for as long as this instance leads. Raises ConsumerGone when it must be provisioned.

        What was delivered to nobody comes again at once by `resume`, not only after `ack_wait`.
        """
        pull = LongPull(connection, self.intake.consumer, resume)
        await pull.open()
        try:
            while True:
                messages = await pull.take(self._most)
                if messages:
                    await self._handle(messages, guard)
        finally:
            self.paused = False
            await pull.close()

    async def _handle(self, messages: Sequence[Msg], guard: Guard) -> None:
        started = time.perf_counter()
        crash.here("CP5")
        ours = self.intake.transactions.municipality
        batch = [decode(message.subject, message.data, ours, message.headers) for message in messages]
        taken = await self._commit(batch, guard)
        crash.here("CP7")
        for message in messages:
            await message.ack()
        crash.here("CP8")
        self.committed(taken)
        spent = max(time.perf_counter() - started, 1e-4)
        self._most = max(1, min(BATCH, int(len(messages) * WORK_SECONDS / spent) or 1, self._most * 2))

    async def _commit(self, batch: Sequence[Incoming], guard: Guard) -> Taken:
        """Until it succeeds: an outage of the database is waited for, never parked."""
        guarded, wait = False, 0.2
        while True:
            try:
                async with self.turn:
                    taken = await self.database.write(partial(self._unit, batch, guard, guarded))
            except HandlerFailed:
                guarded = True
            except Flood as flood:
                self.paused = True
                log.error("consumer.paused", consumer=self.intake.consumer, error=str(flood))
                await asyncio.sleep(FLOOD_PAUSE)
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("consumer.waits", consumer=self.intake.consumer, error=type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 5.0)
            else:
                self.paused = False
                return taken

    def _unit(self, batch: Sequence[Incoming], guard: Guard, guarded: bool, connection: Connection) -> Taken:
        guard(connection)
        taken = self.intake.take(connection, batch, guarded=guarded)
        self.flood.judge(taken)
        crash.here("CP1")
        return taken
