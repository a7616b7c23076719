"""Works off what was parked: the first in line of each subject, when its time has come, in order."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row

from shared.messaging import parked, versions
from shared.messaging.decode import DEAD, UNKNOWN, decode
from shared.messaging.intake import Intake, Taken
from shared.messaging.lease import Guard
from shared.messaging.parked import FAILED, GAP, Parking
from shared.messaging.versions import Aggregate
from shared.store import Database

LOOK_EVERY = 0.5  # seconds
LOOK_AGAIN = {UNKNOWN: timedelta(seconds=30), GAP: timedelta(seconds=5)}


class Retry:
    """Retries for one consumer; shares its intake, so that a late event is handled exactly as a new one."""

    def __init__(self, intake: Intake, database: Database, committed: Callable[[Taken], None]) -> None:
        self.intake, self.database, self.committed = intake, database, committed

    async def run(self, guard: Guard, turn: asyncio.Lock) -> None:
        while True:
            async with turn:
                taken = await self.database.write(lambda c: self.next_one(c, guard))
            if taken is None:
                await asyncio.sleep(LOOK_EVERY)
            else:
                self.committed(taken)

    def next_one(self, connection: Connection, guard: Guard) -> Taken | None:
        """Handle the row that is due, in this transaction; None when nothing is."""
        guard(connection)
        now, taken = self.intake.transactions.clock(), Taken()
        row = parked.next_due(connection, now)
        if row is None:
            return None
        aggregate = Aggregate(row.source, row.subject)
        reached = versions.load(connection, self.intake.consumer, [aggregate]).get(aggregate, 0)
        if row.sequence <= reached:
            parked.close(connection, row.id, "retry", "was handled in the meantime", now)
            return taken
        if row.sequence > reached + 1:
            parked.postpone(connection, row.id, GAP, now + LOOK_AGAIN[GAP])
            return taken
        parking = self.intake.handle(connection, decode(row.nats_subject, row.payload), taken, guarded=True)
        if parking is None:
            versions.save(connection, self.intake.consumer, {aggregate: row.sequence})
            parked.close(connection, row.id, "retry", None, now)
        else:
            _keep(connection, row, parking, self.intake)
        return taken


def _keep(connection: Connection, row: Row[Any], parking: Parking, intake: Intake) -> None:
    now = intake.transactions.clock()
    if parking.reason == FAILED:
        parked.failed_again(connection, row, str(parking.error), str(parking.traceback), now)
    elif parking.reason == DEAD:
        parked.postpone(connection, row.id, DEAD, None)
    else:
        parked.postpone(connection, row.id, parking.reason, now + LOOK_AGAIN[UNKNOWN])
