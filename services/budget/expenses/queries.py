# SPDX-License-Identifier: EUPL-1.2
"""Expenses as they are shown."""

from datetime import date

from pydantic import Field
from sqlalchemy import Connection, select

from services.budget.expenses.tables import expenses
from services.budget.paging import after
from shared.contracts.envelope import Data, Origin
from shared.contracts.refusals import NotFound
from shared.http.paging import Page, Paging, page_of


class ExpenseView(Data):
    """Something that was ordered, and how much of it is paid."""

    id: str
    number: int = Field(description="Its place in the order of committing")
    year: int
    line: str
    description: str
    amount_cents: int = Field(description="Set aside")
    ordered_cents: int = Field(description="Ordered to be paid, what is paid included")
    paid_cents: int
    since: date
    origin: Origin


def expense(connection: Connection, expense_id: str) -> ExpenseView:
    row = connection.execute(select(expenses).where(expenses.c.id == expense_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no expense {expense_id}.")
    return ExpenseView.model_validate(dict(row))


def all_expenses(
    connection: Connection, paging: Paging, year: int | None, line: str | None
) -> Page[ExpenseView]:
    c = expenses.c
    rows = select(expenses).where(c.number > after(paging))
    if year is not None:
        rows = rows.where(c.year == year)
    if line is not None:
        rows = rows.where(c.line == line)
    found = connection.execute(rows.order_by(c.number).limit(paging.limit + 1)).mappings()
    return page_of(
        [ExpenseView.model_validate(dict(row)) for row in found], paging, key=lambda e: str(e.number)
    )
