# SPDX-License-Identifier: EUPL-1.2
"""What was published is corrected."""

from collections.abc import Sequence

from services.notifications.feed import store
from shared.contracts.envelope import Event, NewEvent
from shared.contracts.initiatives.life import InitiativePublicationCorrected
from shared.messaging.transaction import Transaction


def corrected(event: Event[InitiativePublicationCorrected], tx: Transaction) -> Sequence[NewEvent]:
    data = event.data
    store.correct(tx.connection, event.subject, data.public_title, data.public_summary, event.time)
    return []
