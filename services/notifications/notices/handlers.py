# SPDX-License-Identifier: EUPL-1.2
"""An event becomes notices to be sent and news to be read; nothing is sent here."""

from collections.abc import Sequence
from typing import Any

from services.notifications.feed import store as feed
from services.notifications.notices import store
from services.notifications.notices.model import Notice
from services.notifications.notices.routing import Route, recipients_of, routes_for
from shared.contracts.envelope import WHOLE_MUNICIPALITY, Event, NewEvent
from shared.messaging.transaction import Transaction


def route(event: Event[Any], tx: Transaction) -> Sequence[NewEvent]:
    """Whatever happened: the routing table says who gets a notice, and what is news."""
    for taken in routes_for(event.data):
        if taken.channel == "feed":
            _publish(event, taken, tx)
        else:
            for recipient in recipients_of(event.data, taken):
                _notify(event, taken, recipient, tx)
    return []


def _notify(event: Event[Any], taken: Route, recipient: str, tx: Transaction) -> None:
    notice = Notice(
        id=tx.new_id(),
        event_id=event.id,
        about=_about(event),
        audience=taken.audience,
        recipient=recipient,
        channel=taken.channel,
        template=taken.template,
        facts=_facts(event),
        created_at=tx.now,
        next_at=tx.now,
    )
    store.add(tx.connection, notice)


def _publish(event: Event[Any], taken: Route, tx: Transaction) -> None:
    for kern in (*event.data.kernen, WHOLE_MUNICIPALITY):
        item = {
            "event_id": event.id,
            "kern": kern,
            "about": _about(event),
            "template": taken.template,
            "facts": _facts(event),
            "happened_on": event.data.happened_on,
            "recorded_at": event.time,
        }
        feed.add(tx.connection, item)


def _about(event: Event[Any]) -> str:
    """The initiative, also where the event is about the grant for it."""
    return str(getattr(event.data, "initiative_id", event.subject))


def _facts(event: Event[Any]) -> dict[str, Any]:
    """The event's data: facts for everybody's eyes, as no event holds anything else."""
    facts: dict[str, Any] = event.data.model_dump(mode="json", by_alias=True, exclude={"to_tell"})
    return facts
