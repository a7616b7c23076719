# SPDX-License-Identifier: EUPL-1.2
"""Works off what was parked: the first in line of each subject, when its time has come, in order."""

import asyncio
from collections.abc import Callable
from typing import Any

from nats.aio.client import Client
from sqlalchemy import Connection, Row

from shared.messaging import crash, parked, versions
from shared.messaging.decode import decode
from shared.messaging.intake import Intake, Taken
from shared.messaging.lease import Guard
from shared.messaging.parked import GAP, LOOK_AGAIN
from shared.messaging.versions import Aggregate
from shared.store import Database

LOOK_EVERY = 0.5  # seconds
AT_ONCE = 20  # in one transaction


class Retry:
    """Retries for one consumer; shares its intake, so that a late event is handled exactly as a new one.

    `turn` is the consumer's.
    """

    def __init__(
        self, intake: Intake, database: Database, turn: asyncio.Lock, committed: Callable[[Taken], None]
    ) -> None:
        self.intake, self.database, self.turn, self.committed = intake, database, turn, committed

    async def run(self, _connection: Client, guard: Guard) -> None:
        while True:
            if await self.database.read(self._due) is None:
                await asyncio.sleep(LOOK_EVERY)
                continue
            async with self.turn:
                taken = await self.database.write(lambda c: self.work_off(c, guard))
            crash.here("CP2")
            self.committed(taken)

    def _due(self, connection: Connection) -> Row[Any] | None:
        return parked.next_due(connection, self.intake.transactions.clock())

    def work_off(self, connection: Connection, guard: Guard) -> Taken:
        """Try what is due, in this transaction; what lies behind an event follows it at once."""
        guard(connection)
        taken = Taken()
        for _ in range(AT_ONCE):
            row = self._due(connection)
            if row is None:
                break
            self._try(connection, row, taken)
        crash.here("CP1")
        return taken

    def _try(self, connection: Connection, row: Row[Any], taken: Taken) -> None:
        now = self.intake.transactions.clock()
        aggregate = Aggregate(row.source, row.subject)
        reached = versions.load(connection, self.intake.consumer, [aggregate]).get(aggregate, 0)
        if row.sequence <= reached:
            parked.close(connection, row.id, parked.RETRY, "was handled in the meantime", now)
            return
        if row.sequence > reached + 1:
            parked.postpone(connection, row.id, GAP, now + LOOK_AGAIN[GAP])
            return
        incoming = decode(row.nats_subject, row.payload, self.intake.transactions.municipality)
        parking = self.intake.handle(connection, incoming, taken, guarded=True)
        if parking is None:
            versions.save(connection, self.intake.consumer, {aggregate: row.sequence})
            parked.close(connection, row.id, parked.RETRY, None, now)
        else:
            parked.keep(connection, row, parking, now)
