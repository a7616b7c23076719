# SPDX-License-Identifier: EUPL-1.2
"""A run that was begun is finished by the leader, whoever began it."""

from collections.abc import Sequence

from services.budget.contributions import handlers, store
from shared.contracts.envelope import NewEvent
from shared.messaging.transaction import Cause, Transaction


def finish(tx: Transaction) -> Sequence[NewEvent]:
    """The next piece of the oldest run; none when every run is finished."""
    while going := store.unfinished(tx.connection):
        # What is done later is still because of the command that began the run.
        tx.cause = Cause(going.correlation_id or going.id)
        if events := handlers.go_on(going.id, tx):
            return events
    return []
