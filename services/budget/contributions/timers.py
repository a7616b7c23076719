# SPDX-License-Identifier: EUPL-1.2
"""A run that was begun is finished by the leader, whoever began it."""

from collections.abc import Sequence

from services.budget.contributions import handlers, store
from shared.contracts.envelope import NewEvent
from shared.messaging.items import ForEach
from shared.messaging.transaction import Cause, Transaction

PIECE = "~"  # between the id of a run and how far it is


def _pieces(tx: Transaction, but: frozenset[str]) -> Sequence[str]:
    """The next piece of the oldest run."""
    for going in store.unfinished(tx.connection):
        if (piece := f"{going.id}{PIECE}{going.reached}") not in but:
            return [piece]
    return []


def _go_on(piece: str, tx: Transaction) -> Sequence[NewEvent]:
    run_id = piece.rpartition(PIECE)[0]
    # What is done later is still because of the command that began the run.
    tx.cause = Cause(store.correlation_of(tx.connection, run_id) or run_id)
    return handlers.go_on(run_id, tx)


finish = ForEach("finish", _pieces, _go_on)
