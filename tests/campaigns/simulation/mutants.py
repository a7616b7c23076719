# SPDX-License-Identifier: EUPL-1.2
"""Faults of our own, put into the plumbing one at a time: the simulation must see each of them (C10)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from unittest.mock import patch

from nats.errors import Error as NatsError
from sqlalchemy import Connection

from shared.messaging import consumer, intake, lease, outbox, parked, relay, versions
from shared.messaging.decode import UNKNOWN
from shared.messaging.intake import Intake
from shared.messaging.outbox import Unpublished
from shared.messaging.stream import ApiError

Mutant = Callable[[], Any]  # a context in which the fault is there
_handle, _publish, _place = consumer.Consumer._handle, relay.publish, Intake._place
_unpublished, _next_due = outbox.unpublished, parked.next_due


async def _ack_first(self: Any, messages: Sequence[Any], guard: Any) -> None:
    for message in messages:
        await message.ack()
        message._ackd = False  # nats-py refuses a second one
    await _handle(self, messages, guard)


async def _mark_first(self: relay.Relay, connection: Any, guard: Any) -> int:
    rows = await self.database.read(lambda c: _unpublished(c, relay.BATCH))
    if rows:
        stored = dict.fromkeys((row.id for row in rows), 1)
        await self.database.write(lambda c: outbox.mark_published(c, stored, self.clock()))
        await _publish(connection, rows)
    return len(rows)


async def _pipelined(connection: Any, rows: list[Unpublished], taken: Callable[[], None]) -> dict[int, int]:
    """All at once, without waiting for the one before: what fails in the middle is overtaken."""
    stored: dict[int, int] = {}
    for row in rows:
        try:
            stored |= await relay._publish_one_by_one(connection, [row], taken)
        except (NatsError, ApiError, TimeoutError, OSError):
            continue
    if not stored:
        raise TimeoutError
    return stored


def _backwards(connection: Connection, limit: int) -> list[Unpublished]:
    return _unpublished(connection, limit)[::-1]


def _skips_unknown(
    self: Intake, connection: Any, incoming: Any, last: Any, held: Any, taken: Any, g: Any
) -> None:
    if incoming.reason == UNKNOWN and incoming.aggregate:
        last[incoming.aggregate] = max(last.get(incoming.aggregate, 0), incoming.sequence)
        return
    _place(self, connection, incoming, last, held, taken, g)


def _forgets_gaps(
    self: Intake, connection: Any, incoming: Any, last: Any, held: Any, taken: Any, g: Any
) -> None:
    about = incoming.aggregate
    if about and about not in held and incoming.sequence > last.get(about, 0) + 1:
        last[about] = incoming.sequence - 1
    _place(self, connection, incoming, last, held, taken, g)


def _trusts_the_clock(connection: Connection, now: datetime) -> Any:
    row = _next_due(connection, now)
    return row if row is not None and row.next_at <= now else None


MUTANTS: dict[str, Mutant] = {
    "acknowledged before the commit": partial(patch.object, consumer.Consumer, "_handle", _ack_first),
    "marked before it was published": partial(patch.object, relay.Relay, "publish_next", _mark_first),
    "lease not checked": partial(patch.object, lease, "check", lambda *_args, **_named: None),
    "versions not saved": partial(patch.object, versions, "save", lambda *_: None),
    "later before earlier in the relay": partial(patch.object, outbox, "unpublished", _backwards),
    "a pipelined relay": partial(patch.object, relay, "publish", _pipelined),
    "unknown types skipped": partial(patch.object, Intake, "_place", _skips_unknown),
    "gaps overlooked": partial(patch.object, Intake, "_place", _forgets_gaps),
    "parked although the store was away": partial(patch.object, intake, "is_outage", lambda _: False),
    "what lies aside waits for a clock that was set back": partial(
        patch.object, parked, "next_due", _trusts_the_clock
    ),
    "nobody wakes what lies behind": partial(patch.object, parked, "wake", lambda *_: None),
}
