# SPDX-License-Identifier: EUPL-1.2
"""When so much of a line is held, promised or paid that the municipality wants to know: told once.

It is told by the ledger, in the transaction of the decision that reaches it, whatever decides: a grant, a
contribution, an expense, or money moved away. No handler has to think of it.
"""

from typing import TYPE_CHECKING

from sqlalchemy import Row, select, update

from services.budget.tables import AVAILABLE, lines, years
from shared.contracts.budget import BudgetThresholdReached
from shared.contracts.envelope import NewEvent
from shared.messaging.transaction import Transaction

if TYPE_CHECKING:
    from services.budget.ledger import Entry  # which tells what it moved

SEEN = (lines.c.total_cents, AVAILABLE.label("available_cents"), lines.c.told_percent)


def tell(tx: Transaction, entry: "Entry", line: Row[int, int, int]) -> None:
    """`line` holds what SEEN names, after the move; its row is locked, so that nobody tells it beside us."""
    total, available, told = line
    reached = [
        percent
        for percent in tx.municipality.threshold_percents
        if percent > told and (total - available) * 100 >= percent * total
    ]
    if not reached or not total:
        return
    here = [lines.c.year == entry.year, lines.c.line == entry.line]
    tx.connection.execute(update(lines).where(*here).values(told_percent=max(reached)))
    year_id = tx.connection.execute(select(years.c.id).where(years.c.year == entry.year)).scalar_one()
    for percent in sorted(reached):
        data = BudgetThresholdReached(
            happened_on=entry.act.happened_on,
            kernen=(),
            actor=entry.act.actor,
            origin=entry.act.origin,
            year=entry.year,
            line=entry.line,
            percent=percent,
            total_cents=total,
            used_cents=total - available,
        )
        tx.record([NewEvent(year_id, data)])
