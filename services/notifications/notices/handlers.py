# SPDX-License-Identifier: EUPL-1.2
"""An event becomes notices to be sent and news to be read; a person has a letter sent again, or gives it up.

Nothing is sent here.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from services.notifications.feed import store as feed
from services.notifications.notices import model, queries, store
from services.notifications.notices.model import Notice
from services.notifications.notices.routing import Route, recipients_of, routes_for
from shared.contracts.envelope import WHOLE_MUNICIPALITY, Event, NewEvent
from shared.contracts.refusals import NotFound, Refused
from shared.messaging.desk import Declined
from shared.messaging.lease import LeaseLost
from shared.messaging.transaction import Cause, Transaction
from shared.outage import is_outage
from shared.runtime import Runtime

log = structlog.get_logger()


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


async def send_again(runtime: Runtime, asked: dict[str, Any]) -> str:
    """Have letters tried now, that were given up or wait."""
    return await _each(runtime, asked, model.send_again, "sent again")


async def give_up(runtime: Runtime, asked: dict[str, Any]) -> str:
    """Close letters that need not be sent any more, with who says so and why."""
    if not str(asked["note"]).strip():
        raise Declined("say why, with --note; it is kept with the letter")
    by, note = str(asked["by"]), str(asked["note"])
    return await _each(runtime, asked, partial(model.give_up, by=by, note=note), "given up")


async def _each(
    runtime: Runtime, asked: dict[str, Any], decide: Callable[[Notice, datetime], Notice], done: str
) -> str:
    """Each in a transaction of its own: one that cannot be changed does not keep the others from it."""
    rows = await runtime.database.read(lambda c: queries.matching(c, asked))
    if not rows:
        raise Declined("there is no such letter; kernpuls letters list shows them")
    left: list[str] = []
    for row in rows:
        cause = Cause(correlation_id=row.event_id, causation_id=row.event_id)
        try:
            await runtime.transactions.run(partial(_change, runtime, row.id, decide), cause)
        except (Refused, NotFound) as refusal:
            left.append(str(refusal))
        except Exception as error:
            if isinstance(error, LeaseLost) or is_outage(error):
                raise
            log.warning("letter.not-changed", letter=row.id, error=type(error).__name__)
            left.append(f"Letter {row.id}: {type(error).__name__}.")
    if len(left) == len(rows):
        raise Declined(" ".join(left))
    return " ".join([f"{len(rows) - len(left)} letters are {done}.", *left])


def _change(
    runtime: Runtime, notice_id: str, decide: Callable[[Notice, datetime], Notice], tx: Transaction
) -> None:
    runtime.guard(tx.connection)
    before = store.load(tx.connection, notice_id)
    after = decide(before, tx.now)
    store.save(tx.connection, after)
    tx.record(model.events_of(before, after, tx.today))
