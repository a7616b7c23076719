# SPDX-License-Identifier: EUPL-1.2
"""What happens to a batch of events inside one transaction; written once, for every service.

duplicate -> passed over · next in its history -> handled · too early, or behind a parked one -> put aside
"""

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from shared.contracts.envelope import Event, EventData, NewEvent
from shared.messaging import crash, parked, versions
from shared.messaging.decode import UNKNOWN, Incoming
from shared.messaging.parked import BEHIND, FAILED, GAP, Head, Parking
from shared.messaging.transaction import Cause, Transaction, Transactions
from shared.messaging.versions import Aggregate
from shared.outage import is_outage

EventHandler = Callable[[Event[Any], Transaction], Sequence[NewEvent]]
Handlers = Mapping[type[EventData], EventHandler]


class HandlerFailed(Exception):
    """A handler raised: the batch is rolled back and run again with a savepoint for each event."""


@dataclass
class Taken:
    """What became of a batch; the figures and the flood rule read it."""

    handled: list[Incoming] = field(default_factory=list)
    unused: int = 0
    duplicates: int = 0
    parkings: list[Parking] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)

    @property
    def recorded(self) -> int:
        return sum(len(transaction.recorded) for transaction in self.transactions)


class Intake:
    """Takes events for one consumer. `transactions` gives handlers their transaction and the outbox."""

    def __init__(self, consumer: str, handlers: Handlers, transactions: Transactions) -> None:
        self.consumer, self.transactions = consumer, transactions
        self.handlers = {data_type.TYPE: handler for data_type, handler in handlers.items()}

    def take(self, connection: Connection, batch: Sequence[Incoming], *, guarded: bool) -> Taken:
        """Handle the batch in order, then write versions, outbox and parked rows in bulk.

        Unguarded, a failing handler raises HandlerFailed; guarded, its event is parked and the rest goes on.
        """
        about = [incoming.aggregate for incoming in batch if incoming.aggregate]
        last = versions.load(connection, self.consumer, about)
        held = parked.heads(connection, about)
        before, taken = dict(last), Taken()
        for incoming in batch:
            self._place(connection, incoming, last, held, taken, guarded)
        versions.save(connection, self.consumer, {a: n for a, n in last.items() if before.get(a) != n})
        if not guarded:
            self._record(taken.transactions)
        parked.add(connection, taken.parkings, self.transactions.clock())
        return taken

    def _place(
        self,
        connection: Connection,
        incoming: Incoming,
        last: dict[Aggregate, int],
        held: dict[Aggregate, Head],
        taken: Taken,
        guarded: bool,
    ) -> None:
        aggregate, sequence = incoming.aggregate, incoming.sequence
        if aggregate is None:
            taken.parkings.append(Parking(incoming, str(incoming.reason), incoming.error))
            return
        reached, head = last.get(aggregate, 0), held.get(aggregate)
        if sequence <= reached:
            taken.duplicates += 1
            return
        if head and sequence >= head.sequence and not _is_known_twin(incoming, head):
            taken.parkings.append(Parking(incoming, BEHIND))
            return
        if sequence > reached + 1:
            parking: Parking | None = Parking(incoming, GAP, f"expected {reached + 1}")
        else:
            parking = self.handle(connection, incoming, taken, guarded)
        if parking:
            taken.parkings.append(parking)
            held[aggregate] = Head(0, sequence, parking.reason)
            return
        last[aggregate] = sequence
        if head and sequence == head.sequence:
            del held[aggregate]
            self._forget(connection, head, incoming, taken)
        elif head and head.id and head.sequence == sequence + 1:
            parked.wake(connection, head.id, self.transactions.clock())

    def _forget(self, connection: Connection, head: Head, twin: Incoming, taken: Taken) -> None:
        """The unknown version of an event need not lie aside: its known twin was handled."""
        if head.id:
            note = "its twin in a version that this software knows was handled"
            parked.close(connection, head.id, parked.CONSUMER, note, self.transactions.clock())
        else:
            same = twin.aggregate, twin.sequence
            taken.parkings[:] = [
                p for p in taken.parkings if (p.incoming.aggregate, p.incoming.sequence) != same
            ]

    def handle(
        self, connection: Connection, incoming: Incoming, taken: Taken, guarded: bool
    ) -> Parking | None:
        """Run the handler of one event that is next in its history; a Parking says why that failed."""
        if incoming.event is None:
            return Parking(incoming, str(incoming.reason), incoming.error)
        handler = self.handlers.get(incoming.event_type)
        if handler is None:
            taken.unused += 1
            return None
        event = incoming.event
        cause = Cause(event.correlationid, event.id, event.traceparent)
        transaction = self.transactions.begin(connection, cause)
        try:
            if guarded:
                with connection.begin_nested():
                    transaction.record(handler(event, transaction))
                    self.transactions.save([transaction])
            else:
                transaction.record(handler(event, transaction))
        except Exception as error:
            if is_outage(error):
                raise
            if not guarded:
                raise HandlerFailed(incoming.event_type) from error
            return Parking(incoming, FAILED, f"{type(error).__name__}: {error}"[:2000], _traceback(error))
        crash.here("CP6")
        taken.handled.append(incoming)
        taken.transactions.append(transaction)
        return None

    def _record(self, transactions: list[Transaction]) -> None:
        try:
            self.transactions.save(transactions)
        except Exception as error:  # an event too large, say: run again guarded to find whose it is
            if is_outage(error):
                raise
            raise HandlerFailed("outbox") from error


def _is_known_twin(incoming: Incoming, head: Head) -> bool:
    """A `v1` that this software knows arrives after its `v2` twin, which it does not know."""
    return head.reason == UNKNOWN and incoming.sequence == head.sequence and incoming.event is not None


def _traceback(error: Exception) -> str:
    """Where it went wrong; the message stands beside it."""
    frames = traceback.extract_tb(error.__traceback__)
    return "".join(traceback.format_list(frames)) + type(error).__name__
