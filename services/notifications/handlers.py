# SPDX-License-Identifier: EUPL-1.2
"""An event becomes notices to be sent and news to be read; nothing leaves here."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.notifications import CONSUMES, store
from services.notifications.routing import Route, recipients_of, routes_for
from shared.contracts.envelope import WHOLE_MUNICIPALITY, Event, EventData, NewEvent
from shared.contracts.initiatives.life import InitiativePublicationCorrected
from shared.contracts.initiatives.persons import PersonErased, RecordsDestroyed
from shared.messaging.transaction import Transaction


def heard(event: Event[Any], tx: Transaction) -> Sequence[NewEvent]:
    """Whatever happened: the table says who is to be told."""
    if isinstance(event.data, InitiativePublicationCorrected):
        store.correct_news(tx.connection, event.subject, event.data.public_title, event.data.public_summary)
    for route in routes_for(event.data):
        if route.channel == "feed":
            _publish(event, route, tx)
        else:
            for recipient in recipients_of(event.data, route):
                _notify(event, route, recipient, tx)
    return []


def person_erased(event: Event[PersonErased], tx: Transaction) -> Sequence[NewEvent]:
    """Letters in the local mailbox name whom they are for; beyond a mail server they are not ours."""
    store.empty_mailbox(tx.connection, [event.data.about], event.subject)
    return []


def records_destroyed(event: Event[RecordsDestroyed], tx: Transaction) -> Sequence[NewEvent]:
    store.empty_mailbox(tx.connection, event.data.about)
    return []


def _notify(event: Event[Any], route: Route, recipient: str, tx: Transaction) -> None:
    store.add_notice(
        tx.connection,
        {
            "id": tx.new_id(),
            "event_id": event.id,
            "about": _about(event),
            "audience": route.audience,
            "recipient": recipient,
            "channel": route.channel,
            "template": route.template,
            "facts": _facts(event),
            "created_at": tx.now,
            "state": "waiting",
            "attempts": 0,
            "unknown": 0,
            "next_at": tx.now,
        },
    )


def _publish(event: Event[Any], route: Route, tx: Transaction) -> None:
    for kern in (*event.data.kernen, WHOLE_MUNICIPALITY):
        item = {
            "event_id": event.id,
            "kern": kern,
            "about": _about(event),
            "template": route.template,
            "facts": _facts(event),
            "happened_on": event.data.happened_on,
            "recorded_at": event.time,
        }
        store.add_feed_item(tx.connection, item)


def _about(event: Event[Any]) -> str:
    """The initiative, also where the event is about the grant for it."""
    return str(getattr(event.data, "initiative_id", event.subject))


def _facts(event: Event[Any]) -> dict[str, Any]:
    """The event's data: facts for everybody's eyes, as no event holds anything else."""
    facts: dict[str, Any] = event.data.model_dump(mode="json", by_alias=True, exclude={"to_tell"})
    return facts


HANDLERS: Mapping[type[EventData], Any] = {
    **dict.fromkeys(CONSUMES, heard),
    PersonErased: person_erased,
    RecordsDestroyed: records_destroyed,
}
