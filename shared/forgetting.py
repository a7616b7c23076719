# SPDX-License-Identifier: EUPL-1.2
"""What the plumbing keeps for a while only: answers to commands, closed dead letters, what operators asked,
who did what.

They hold what people wrote, or name them, so none of it may stay for ever.
"""

from datetime import timedelta

from shared.access import record
from shared.http import idempotency
from shared.messaging import desk, parked
from shared.messaging.transaction import Transaction

# For so long a command may be sent again under its key, and a closed letter looked at.
ANSWERS, CLOSED = timedelta(days=7), timedelta(days=30)


def forget(tx: Transaction) -> tuple[()]:
    """A timer of every service."""
    idempotency.forget(tx.connection, tx.now - ANSWERS)
    parked.forget(tx.connection, tx.now - CLOSED)
    desk.forget(tx.connection, tx.now - CLOSED)
    record.forget(tx.connection, tx.now - timedelta(days=366) * tx.municipality.record_years)
    return ()
