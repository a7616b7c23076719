# SPDX-License-Identifier: EUPL-1.2
"""A contribution is paid whole, to the creditor number of its organisation.

From the moment that it is ordered it is not withdrawn any more; if the financial system refuses it, it is due
again, and ordered again with the next file.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select, update

from services.budget import ledger
from services.budget.contributions import handlers, store
from services.budget.contributions.store import State
from services.budget.model import Act, Move
from services.budget.payments.store import NewOrder
from services.budget.tables import contributions, organisations
from shared.contracts.budget import ContributionPaid
from shared.contracts.envelope import NewEvent
from shared.messaging.transaction import Transaction


def order_due(tx: Transaction, act: Act) -> Iterator[NewOrder]:
    """Everything that is allocated, of this origin, to organisations whose creditor number is known."""
    c, o = contributions.c, organisations.c
    due = (
        select(c.id, c.year, c.line, c.amount_cents, o.creditor_number)
        .join(organisations, o.id == c.organisation_id)
        .where(c.state == "allocated", c.origin == act.origin, o.creditor_number.is_not(None))
        .order_by(c.year, o.number)
        .with_for_update(of=contributions)
    )
    for it in tx.connection.execute(due).all():
        _move_to(tx.connection, it.id, "ordered")
        yield NewOrder(
            tx.new_id(), "contribution", it.id, it.year, it.line, it.creditor_number, it.amount_cents
        )


def was_paid(contribution_id: str, act: Act, tx: Transaction) -> list[NewEvent]:
    """The financial system paid it."""
    contribution = store.contribution(tx.connection, contribution_id)
    move = Move("pay", "committed", "paid", contribution.amount_cents)
    ledger.post(tx, handlers.entry_of(contribution, act), [move])
    _move_to(tx.connection, contribution_id, "paid")
    return [NewEvent(contribution_id, ContributionPaid(**handlers.facts(contribution, act)))]


def was_not_paid(contribution_id: str, tx: Transaction) -> list[NewEvent]:
    """The financial system refused it: it is due again."""
    _move_to(tx.connection, contribution_id, "allocated")
    return []


def _move_to(connection: Connection, contribution_id: str, state: State) -> None:
    connection.execute(update(contributions).where(contributions.c.id == contribution_id).values(state=state))
