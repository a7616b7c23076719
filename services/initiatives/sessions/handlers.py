# SPDX-License-Identifier: EUPL-1.2
"""Begin a session, go on with it, end it. Nothing of it is an event."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.initiatives.sessions import store
from shared.access import record
from shared.access.actor import Actor
from shared.access.rules import Access, may
from shared.access.session import LONGEST
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import NotKnown
from shared.messaging.items import ForEach
from shared.messaging.transaction import Transaction

KEPT = timedelta(days=30)  # after its end, for who asks what became of it


@may("anybody")
def begin(actor: Actor, session_id: str, tx: Transaction) -> Actor:
    """For who has shown who they are. It ends after eight hours, or with what they showed."""
    longest = tx.now + LONGEST
    ends_at = min(longest, datetime.fromtimestamp(actor.ends_at, UTC)) if actor.ends_at else longest
    store.end(tx.connection, tx.actor.session, tx.now)  # of this browser before
    store.add(tx.connection, session_id, actor, tx.now, ends_at)
    as_what = Access(frozenset(actor.roles))  # type: ignore[arg-type]
    record.keep(
        tx.connection, actor, as_what, "POST /inloggen", [session_id], tx.now, tx.cause.correlation_id
    )
    return replace(actor, session=session_id, ends_at=int(ends_at.timestamp()))


@may("anybody")
def go_on(tx: Transaction) -> Actor:
    """Whose session it is that the browser sent. May raise NotKnown: it has ended."""
    found = store.going_on(tx.connection, tx.actor.session, tx.now) if tx.actor.session else None
    if found is None:
        raise NotKnown("The session has ended. Log in again.")
    store.see(tx.connection, found.session, tx.now)
    return found


@may("anybody")
def end(tx: Transaction) -> None:
    """The browser forgets it at once; a copy of its last token is believed for half an hour at most."""
    store.end(tx.connection, tx.actor.session, tx.now)


def _ended(tx: Transaction, but: frozenset[str]) -> Sequence[str]:
    return store.ended(tx.connection, tx.now - KEPT, but)


def _forget(session_id: str, tx: Transaction) -> list[NewEvent]:
    """Who was logged in is known no longer than needed."""
    store.forget(tx.connection, session_id)
    return []


forget_sessions = ForEach("forget_sessions", _ended, _forget)
