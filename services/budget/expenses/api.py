# SPDX-License-Identifier: EUPL-1.2
"""The HTTP commands and queries of expenses."""

from typing import Annotated

from fastapi import Path, Query, Response

from services.budget.expenses import handlers, queries
from services.budget.expenses.commands import AmendExpense, CommitExpense, PayInvoice
from services.budget.expenses.views import ExpenseView
from services.budget.payments import queries as payments
from services.budget.payments.views import OrderView
from shared.access.roles import OFFICIALS
from shared.access.rules import does, reads
from shared.contracts.envelope import OpaqueId, Slug
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep
from shared.http.router import Router

router = Router()
ExpenseId = Annotated[OpaqueId, Path(alias="expenseId")]


@router.post("/expenses", status_code=201, response_model=ExpenseView)
@does(handlers.commit)
async def commit(command: CommitExpense, http: EndpointDep) -> Response:
    """Set money aside for something that is ordered."""
    expense_id = http.new_id()
    return await http.create(
        lambda tx: handlers.commit(expense_id, command, tx),
        lambda tx: queries.expense(tx.connection, expense_id),
        location=f"/v1/expenses/{expense_id}",
    )


@router.get("/expenses", response_model=Page[ExpenseView])
@reads(*OFFICIALS, "read")
async def expenses(
    paging: PagingDep,
    http: EndpointDep,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    line: Slug | None = None,
) -> Response:
    """What was ordered, in the order of committing."""
    return await http.read(lambda c: queries.all_expenses(c, paging, year, line))


@router.get("/expenses/{expenseId}", response_model=ExpenseView)
@reads(*OFFICIALS, "read")
async def expense(expense_id: ExpenseId, http: EndpointDep) -> Response:
    return await http.read(lambda connection: queries.expense(connection, expense_id))


@router.post("/expenses/{expenseId}/amendments", status_code=201, response_model=ExpenseView)
@does(handlers.amend)
async def amend(expense_id: ExpenseId, command: AmendExpense, http: EndpointDep) -> Response:
    """Set more or less aside than before; more only if there is room."""
    return await http.create(
        lambda tx: handlers.amend(expense_id, command, tx),
        lambda tx: queries.expense(tx.connection, expense_id),
        location=f"/v1/expenses/{expense_id}",
    )


@router.post("/expenses/{expenseId}/invoices", status_code=201, response_model=OrderView)
@does(handlers.pay)
async def pay(expense_id: ExpenseId, command: PayInvoice, http: EndpointDep) -> Response:
    """An invoice, to be paid with the next payment file."""
    order_id = http.new_id()
    return await http.create(
        lambda tx: handlers.pay(expense_id, order_id, command, tx),
        lambda tx: payments.order(tx.connection, order_id),
        location=f"/v1/payment-orders/{order_id}",
    )
