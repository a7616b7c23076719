# SPDX-License-Identifier: EUPL-1.2
"""What ends with a year: what is reserved or waits lapses, and every line is closed to new promises.

What was proposed to be refused stays on the desk: only an official refuses, also after the year.
"""

from dataclasses import replace

from services.budget import ledger, promised, store
from services.budget.acting import carry_out
from services.budget.model import Act
from services.budget.years.store import close_lines
from shared.contracts.envelope import NewEvent
from shared.messaging.transaction import Transaction


def lapse(of: int, act: Act, tx: Transaction) -> list[NewEvent]:
    """The lines are locked first: nobody asks, decides or is served of this year meanwhile."""
    ledger.lock(tx.connection, of, list(ledger.available(tx.connection, of)))
    events: list[NewEvent] = []
    for grant in store.undecided(tx.connection, of):
        own = replace(act, happened_on=max(act.happened_on, grant.since))
        if decision := promised.take_back(grant, own):
            events += carry_out(tx, decision, own)
    close_lines(tx.connection, of)
    return events
