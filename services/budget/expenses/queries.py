# SPDX-License-Identifier: EUPL-1.2
"""Expenses as they are shown."""

from sqlalchemy import Connection, select

from services.budget.expenses.tables import expenses
from services.budget.expenses.views import ExpenseView
from shared.contracts.refusals import NotFound
from shared.http.paging import Page, Paging, page_of


def expense(connection: Connection, expense_id: str) -> ExpenseView:
    row = connection.execute(select(expenses).where(expenses.c.id == expense_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no expense {expense_id}.")
    return ExpenseView.model_validate(dict(row))


def all_expenses(
    connection: Connection, paging: Paging, year: int | None, line: str | None
) -> Page[ExpenseView]:
    c = expenses.c
    rows = select(expenses).where(c.number > paging.number())
    if year is not None:
        rows = rows.where(c.year == year)
    if line is not None:
        rows = rows.where(c.line == line)
    found = connection.execute(rows.order_by(c.number).limit(paging.limit + 1)).mappings()
    return page_of(
        [ExpenseView.model_validate(dict(row)) for row in found], paging, key=lambda e: str(e.number)
    )
