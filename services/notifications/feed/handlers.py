# SPDX-License-Identifier: EUPL-1.2
"""What was published is corrected."""

from collections.abc import Sequence

from services.notifications.feed import store
from shared.contracts.envelope import Event, NewEvent
from shared.contracts.initiatives.life import InitiativePublicationCorrected
from shared.messaging.transaction import Transaction


def corrected(event: Event[InitiativePublicationCorrected], tx: Transaction) -> Sequence[NewEvent]:
    store.correct(tx.connection, event.subject, event.data.public_title, event.data.public_summary)
    return []
