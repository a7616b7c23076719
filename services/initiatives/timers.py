# SPDX-License-Identifier: EUPL-1.2
"""What is due by the clock alone: terms that draw near or pass, appointments that begin or have ended, what
was kept for a decision.
"""

from services.initiatives.initiative import deadlines, store
from services.initiatives.initiative.model import assign
from services.initiatives.kernen.handlers import look_after_kernen
from services.initiatives.kernen.store import covered, hold_kernen, officer_on_duty
from services.initiatives.persons.erasing import finish
from shared.contracts.envelope import NewEvent
from shared.messaging.transaction import Transaction


def remind_of_terms(tx: Transaction) -> list[NewEvent]:
    """Give notice of each term once that it is near, and once that it has passed."""
    steps = (deadlines.remind(found, tx.today) for found in store.alarmed(tx.connection, tx.today))
    return [store.save(tx.connection, step, tx.now) for step in steps if step]


def take_up(tx: Transaction) -> list[NewEvent]:
    """Give what waits to whoever came on duty since: an appointment may begin long after it was made."""
    events = []
    for kern in store.waiting_kernen(tx.connection, covered(tx.connection, tx.today))[:1]:
        hold_kernen(tx.connection, [kern])
        officer_id = officer_on_duty(tx.connection, kern, tx.today)
        for waiting in store.waiting(tx.connection, [kern]) if officer_id else ():
            if waiting.origin == "live" and officer_id:
                step = assign(waiting, officer_id, tx.today)
                events.append(store.save(tx.connection, step, tx.now))
    return events


TIMERS = (remind_of_terms, take_up, look_after_kernen, finish)
