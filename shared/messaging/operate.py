# SPDX-License-Identifier: EUPL-1.2
"""What operators can ask of any service: parked events replayed or discarded, the stream reconciled."""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from shared.messaging import parked, versions
from shared.messaging.desk import Declined
from shared.messaging.intake import Intake
from shared.messaging.lease import Guard
from shared.messaging.parked import BEHIND, FAILED, GAP
from shared.messaging.versions import Aggregate
from shared.store import Database


class ParkedActions:
    """Replay or discard one parked event of one consumer, between two of its batches.

    `guard` refuses the transaction of an instance that no longer leads.
    """

    def __init__(self, intake: Intake, database: Database, turn: asyncio.Lock, guard: Guard) -> None:
        self.intake, self.database, self.turn, self.guard = intake, database, turn, guard

    async def replay(self, arguments: dict[str, Any]) -> str:
        """Let the retries take it up now; those behind it follow in order."""
        return await self._write(lambda c: self._replay(c, int(arguments["id"])))

    async def discard(self, arguments: dict[str, Any]) -> str:
        """Give the event up with a reason; those behind it follow."""
        row_id, reason, by = int(arguments["id"]), str(arguments["reason"]), str(arguments["by"])
        return await self._write(lambda c: self._discard(c, row_id, reason, by))

    async def _write(self, work: Callable[[Connection], str]) -> str:
        def guarded(connection: Connection) -> str:
            self.guard(connection)
            return work(connection)

        async with self.turn:
            return await self.database.write(guarded)

    def _replay(self, connection: Connection, row_id: int) -> str:
        row = _open_row(connection, row_id)
        if row.subject is None:
            raise Declined(f"event {row_id} does not say what it is about; it can only be discarded")
        if row.reason not in (BEHIND, GAP):
            parked.postpone(connection, row_id, FAILED, self.intake.transactions.clock())
        return f"event {row_id} is taken up again as soon as it is the first of its subject"

    def _discard(self, connection: Connection, row_id: int, reason: str, by: str) -> str:
        row = _open_row(connection, row_id)
        if row.subject is not None:
            aggregate = Aggregate(row.source, row.subject)
            reached = versions.load(connection, self.intake.consumer, [aggregate]).get(aggregate, 0)
            if row.sequence > reached + 1:
                raise Declined(
                    f"event {row_id} has sequence {row.sequence} and its subject is at {reached}: "
                    "discard or replay what comes before it first"
                )
            if row.sequence == reached + 1:
                versions.save(connection, self.intake.consumer, {aggregate: row.sequence})
        parked.close(connection, row_id, by, reason, self.intake.transactions.clock())
        return f"event {row_id} is discarded: {reason}"


def _open_row(connection: Connection, row_id: int) -> Any:
    row = parked.by_id(connection, row_id)
    if row is None:
        raise Declined(f"there is no parked event {row_id}; kernpuls parked list shows them")
    if row.closed_at is not None:
        raise Declined(f"event {row_id} was closed at {row.closed_at} by {row.closed_by}")
    return row
