# SPDX-License-Identifier: EUPL-1.2
"""Expenses as they are kept."""

from sqlalchemy import Connection, insert, select, update

from services.budget.expenses.model import Expense
from services.budget.expenses.tables import expenses
from shared.contracts.refusals import NotFound
from shared.messaging.transaction import Transaction


def add(tx: Transaction, expense: Expense) -> None:
    tx.connection.execute(insert(expenses).values(**vars(expense), recorded_at=tx.now))


def load(connection: Connection, expense_id: str) -> Expense:
    """Locked until the transaction ends."""
    wanted = select(expenses).where(expenses.c.id == expense_id).with_for_update()
    row = connection.execute(wanted).mappings().first()
    if row is None:
        raise NotFound(f"There is no expense {expense_id}.")
    return Expense(**{name: value for name, value in row.items() if name not in ("number", "recorded_at")})


def save(connection: Connection, expense: Expense) -> None:
    connection.execute(update(expenses).where(expenses.c.id == expense.id).values(vars(expense)))
