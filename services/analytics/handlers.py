# SPDX-License-Identifier: EUPL-1.2
"""One handler for every event: load what is known of its subject, fold, save."""

from collections.abc import Sequence
from typing import Any

from services.analytics.fold.projection import FOLDS, fold
from services.analytics.read_model import store
from shared.contracts.envelope import Event, EventData, NewEvent
from shared.messaging.transaction import Transaction


def project(event: Event[Any], tx: Transaction) -> Sequence[NewEvent]:
    """A redelivery is inert: the consumer's version of the subject is in the same transaction."""
    key = store.Key(event.source, event.subject)
    generation, before = store.load(tx.connection, key)
    after = store.Version(fold(before, event.data), event.number, event.time)
    differences = store.save(tx.connection, generation, [store.Change(key, before, after)])
    store.add(tx.connection, generation, differences)
    return []


HANDLERS: dict[type[EventData], Any] = dict.fromkeys(FOLDS, project)
