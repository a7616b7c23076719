# SPDX-License-Identifier: EUPL-1.2
"""Letters in the local mailbox name whom they are for; beyond a mail server they are not ours."""

from collections.abc import Sequence

from services.notifications.mailbox import store
from shared.contracts.envelope import Event, NewEvent
from shared.contracts.initiatives.persons import PersonErased, RecordsDestroyed
from shared.messaging.transaction import Transaction


def person_erased(event: Event[PersonErased], tx: Transaction) -> Sequence[NewEvent]:
    store.remove(tx.connection, [event.data.about], event.subject)
    return []


def records_destroyed(event: Event[RecordsDestroyed], tx: Transaction) -> Sequence[NewEvent]:
    store.remove(tx.connection, event.data.about)
    return []
