# SPDX-License-Identifier: EUPL-1.2
"""What is due by the clock alone: terms that draw near or pass, appointments that begin or have ended, what
was kept for a decision.
"""

from collections.abc import Sequence

from services.initiatives.initiative import deadlines, queries, store
from services.initiatives.initiative.model import assign
from services.initiatives.kernen.handlers import look_after_kernen
from services.initiatives.kernen.store import covered, hold_kernen, officer_on_duty
from services.initiatives.persons.erasing import finish
from services.initiatives.persons.journal import erase_again
from services.initiatives.sessions.handlers import forget_sessions
from shared.contracts.envelope import NewEvent
from shared.messaging.items import ForEach
from shared.messaging.transaction import Transaction


def _alarmed(tx: Transaction, but: frozenset[str]) -> Sequence[str]:
    return queries.alarmed(tx.connection, tx.today, but)


def _remind(initiative_id: str, tx: Transaction) -> list[NewEvent]:
    """Give notice of a term once that it is near, and once that it has passed."""
    step = deadlines.remind(store.load(tx.connection, initiative_id), tx.today)
    return [store.save(tx.connection, step, tx.now)] if step else []


def _untaken(tx: Transaction, but: frozenset[str]) -> Sequence[str]:
    return queries.untaken(tx.connection, covered(tx.connection, tx.today), but)


def _take_up(initiative_id: str, tx: Transaction) -> list[NewEvent]:
    """Give it to whoever came on duty since: an appointment may begin long after it was made."""
    kern = store.kernen_of(tx.connection, [initiative_id])[initiative_id][0]
    hold_kernen(tx.connection, [kern])  # first, as whoever appoints does: else each waits for the other
    waiting = store.load(tx.connection, initiative_id)
    officer_id = officer_on_duty(tx.connection, kern, tx.today)
    if waiting.state != "submitted" or officer_id is None:
        return []
    return [store.save(tx.connection, assign(waiting, officer_id, tx.today), tx.now)]


remind_of_terms = ForEach("remind_of_terms", _alarmed, _remind)
take_up = ForEach("take_up", _untaken, _take_up)
TIMERS = (remind_of_terms, take_up, look_after_kernen, finish, erase_again, forget_sessions)
