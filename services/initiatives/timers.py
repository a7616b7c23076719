# SPDX-License-Identifier: EUPL-1.2
"""What is due by the clock alone: terms that draw near or pass, appointments that begin or have ended."""

from services.initiatives import deadlines, model, store
from services.initiatives.acting import take
from services.initiatives.kernambtenaren import coverage
from services.initiatives.kernambtenaren import store as duty
from shared.contracts.envelope import NewEvent
from shared.messaging.transaction import Transaction


def remind_of_terms(tx: Transaction) -> list[NewEvent]:
    """Say of each term once that it is near, and once that it has passed."""
    steps = (deadlines.remind(found, tx.today) for found in store.alarmed(tx.connection, tx.today))
    return [take(step, tx) for step in steps if step]


def take_up(tx: Transaction) -> list[NewEvent]:
    """Give what waits to whoever came on duty since: an appointment may begin long after it was made."""
    events = []
    for kern in duty.waiting_kernen(tx.connection, tx.today)[:1]:
        duty.hold_kernen(tx.connection, [kern])
        officer_id = duty.officer_on_duty(tx.connection, kern, tx.today)
        for waiting in store.waiting(tx.connection, [kern]) if officer_id else ():
            if waiting.origin == "live" and officer_id:
                events.append(take(model.assign(waiting, officer_id, tx.today), tx))
    return events


def look_after_kernen(tx: Transaction) -> list[NewEvent]:
    """Say which kernen lost their kernambtenaar since, and note which have one again."""
    covered, told = duty.covered(tx.connection, tx.today), duty.uncovered_since(tx.connection)
    known = [*duty.kernen_once_covered(tx.connection, tx.today), *told]
    changed = {kern for kern in known if (kern in covered) == (kern in told)}
    duty.hold_kernen(tx.connection, changed)
    coverage.note_covered(changed, tx)
    return coverage.tell_uncovered(changed, tx)


TIMERS = (remind_of_terms, take_up, look_after_kernen)
