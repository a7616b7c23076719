# SPDX-License-Identifier: EUPL-1.2
"""What operators can ask of any service: parked events replayed or discarded, the stream reconciled."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import Connection, insert, select

from shared.messaging import parked, versions
from shared.messaging.decode import FOREIGN
from shared.messaging.desk import Declined
from shared.messaging.intake import Intake
from shared.messaging.items import LOOP
from shared.messaging.lease import Guard, LeaseLost
from shared.messaging.parked import BEHIND, FAILED, GAP
from shared.messaging.versions import Aggregate
from shared.outage import is_outage
from shared.store import Database

MOST_MISSING = 1000  # given up at once

log = structlog.get_logger()


class ParkedActions:
    """Replay or discard parked events of one consumer, between two of its batches: one by its `id`, or
    `where` what they have in common.

    `guard` refuses the transaction of an instance that no longer leads.
    """

    def __init__(self, intake: Intake, database: Database, turn: asyncio.Lock, guard: Guard) -> None:
        self.intake, self.database, self.turn, self.guard = intake, database, turn, guard

    async def replay(self, arguments: dict[str, Any]) -> str:
        """Let the retries take it up now; those behind it follow in order."""
        return await self._each(arguments, self._replay, "will be taken up again")

    async def discard(self, arguments: dict[str, Any]) -> str:
        """Give the event up with a reason; those behind it follow."""
        reason, by = str(arguments["reason"]), str(arguments["by"])
        return await self._each(arguments, partial(self._discard, reason=reason, by=by), "are discarded")

    async def skip(self, arguments: dict[str, Any]) -> str:
        """Give up, with a reason, what a gap waits for; the event itself and those behind it follow."""
        row_id, reason, by = int(arguments["id"]), str(arguments["reason"]), str(arguments["by"])
        return await self._write(lambda c: self._skip(c, row_id, reason, by))

    async def _each(
        self, arguments: dict[str, Any], work: Callable[[Connection, int], str], done: str
    ) -> str:
        """Each in a transaction of its own: one that cannot be changed does not keep the others from it."""
        if "id" in arguments:
            return await self._write(lambda c: work(c, int(arguments["id"])))
        rows = await self.database.read(lambda c: matching(c, arguments["where"]))
        left: list[str] = []
        for row in rows:
            try:
                await self._write(lambda c, row_id=row.id: work(c, row_id))  # type: ignore[misc]
            except Declined as declined:
                left.append(f"{declined}.")
            except Exception as error:
                if isinstance(error, LeaseLost) or is_outage(error):
                    raise
                log.exception("parked.not-changed", row=row.id)
                left.append(f"event {row.id}: {type(error).__name__}.")
        return " ".join([f"{len(rows) - len(left)} events {done}.", *left])

    async def _write(self, work: Callable[[Connection], str]) -> str:
        def guarded(connection: Connection) -> str:
            self.guard(connection)
            return work(connection)

        async with self.turn:
            return await self.database.write(guarded)

    def _replay(self, connection: Connection, row_id: int) -> str:
        row = _open_row(connection, row_id)
        if row.event_type.startswith(LOOP):
            parked.postpone(connection, row_id, FAILED, self.intake.transactions.clock())
            return f"{row.nats_subject} is taken up again when {row.event_type} looks next"
        if row.subject is None:
            why = "is not from its owner" if row.reason == FOREIGN else "does not say what it is about"
            raise Declined(f"event {row_id} {why}; it can only be discarded")
        if row.reason not in (BEHIND, GAP):
            parked.postpone(connection, row_id, FAILED, self.intake.transactions.clock())
        return f"event {row_id} is taken up again as soon as it is the first of its subject"

    def _discard(self, connection: Connection, row_id: int, reason: str, by: str) -> str:
        row = _open_row(connection, row_id)
        _require(reason)
        if row.subject is not None:
            aggregate, reached = self._reached(connection, row)
            if row.sequence > reached + 1 and row.reason != GAP:
                raise Declined(
                    f"event {row_id} has sequence {row.sequence} and its subject is at {reached}: "
                    "discard or replay what comes before it first"
                )
            if row.sequence == reached + 1:
                versions.save(connection, self.intake.consumer, {aggregate: row.sequence})
        parked.close(connection, row_id, by, reason, self.intake.transactions.clock())
        return f"event {row_id} is discarded: {reason}"

    def _skip(self, connection: Connection, row_id: int, reason: str, by: str) -> str:
        row, now = _open_row(connection, row_id), self.intake.transactions.clock()
        _require(reason)
        if row.subject is None or row.reason != GAP:
            raise Declined(f"event {row_id} waits for nothing that is missing; replay or discard it")
        aggregate, reached = self._reached(connection, row)
        missing = range(reached + 1, row.sequence)
        if len(missing) > MOST_MISSING:
            raise Declined(
                f"{len(missing)} before event {row_id} never came: discard it, it is no event of ours"
            )
        for sequence in missing:
            _give_up(connection, aggregate, sequence, now, {"closed_by": by[:64], "note": reason})
        versions.save(connection, self.intake.consumer, {aggregate: row.sequence - 1})
        parked.wake(connection, row_id, now)
        return f"what lacked before event {row_id} is given up ({len(missing)} of its subject): {reason}"

    def _reached(self, connection: Connection, row: Any) -> tuple[Aggregate, int]:
        aggregate = Aggregate(row.source, row.subject)
        return aggregate, versions.load(connection, self.intake.consumer, [aggregate]).get(aggregate, 0)


def matching(connection: Connection, where: Mapping[str, str | None]) -> list[Any]:
    """Open rows by subject and sequence: those of a `reason`, a `source`, and a `type` (by its end)."""
    table = parked.parked
    found = select(table).where(table.c.closed_at.is_(None))
    if reason := where.get("reason"):
        found = found.where(table.c.reason == reason)
    if source := where.get("source"):
        found = found.where(table.c.source == source)
    if kind := where.get("type"):
        is_it = table.c.event_type == kind
        found = found.where(is_it | table.c.event_type.endswith("." + kind, autoescape=True))
    return list(connection.execute(found.order_by(table.c.subject, table.c.sequence, table.c.id)))


def _give_up(
    connection: Connection, of: Aggregate, sequence: int, now: datetime, why: dict[str, str]
) -> None:
    """An event that never came, closed as if it had lain here: a rebuild does not wait for it either."""
    event_id = "none:" + sha256(f"{of.source} {of.subject} {sequence}".encode()).hexdigest()
    what = {"event_id": event_id, "source": of.source, "subject": of.subject, "sequence": sequence}
    row = {"event_type": "", "nats_subject": "", "payload": b"", "reason": GAP, "attempts": 0}
    connection.execute(
        insert(parked.parked).values({**what, **row, **why, "parked_at": now, "closed_at": now})
    )


def _require(reason: str) -> None:
    if not reason.strip():
        raise Declined("say why, with --reason; it is kept with the event")


def _open_row(connection: Connection, row_id: int) -> Any:
    row = parked.by_id(connection, row_id)
    if row is None:
        raise Declined(f"there is no parked event {row_id}; kernpuls parked list shows them")
    if row.closed_at is not None:
        raise Declined(f"event {row_id} was closed at {row.closed_at} by {row.closed_by}")
    return row
