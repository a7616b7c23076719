# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about an expense: load, decide, save."""

from collections.abc import Sequence

from services.budget.expenses import model, store
from services.budget.expenses.commands import AmendExpense, CommitExpense, PayInvoice
from services.budget.expenses.model import Expense, ExpenseChange
from services.budget.ledger import store as ledger
from services.budget.payments import store as payments
from services.budget.payments.model import NewOrder, Order
from shared.access.rules import may
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Findings, Refused
from shared.messaging.transaction import Transaction


@may("budget-holder")
def commit(expense_id: str, command: CommitExpense, tx: Transaction) -> Sequence[NewEvent]:
    """Set money aside, if the line has it."""
    findings = Findings()
    act = tx.act(command, "budget-holder", findings)
    of = [line.id for line in tx.municipality.lines if line.purpose == "expenses"]
    findings.require(
        command.line in of, "line", f"{command.line} is not a line for expenses; choose from {', '.join(of)}"
    )
    findings.settle()
    expense = Expense(
        id=expense_id,
        year=command.year,
        line=command.line,
        description=command.description,
        amount_cents=command.amount_cents,
        since=act.happened_on,
        origin=act.origin,
    )
    change = model.commit(expense, act)
    _take(tx, change, act)
    store.add(tx, expense)
    return [NewEvent(expense_id, change.event)]


@may("budget-holder")
def amend(expense_id: str, command: AmendExpense, tx: Transaction) -> Sequence[NewEvent]:
    """Set more or less aside."""
    act = tx.act(command, "budget-holder")
    change = model.amend(store.load(tx.connection, expense_id), command.amount_cents, act)
    _take(tx, change, act)
    store.save(tx.connection, change.expense)
    return [NewEvent(expense_id, change.event)]


@may("budget-holder")
def pay(expense_id: str, order_id: str, command: PayInvoice, tx: Transaction) -> Sequence[NewEvent]:
    """Order an invoice to be paid."""
    act = tx.act(command, "budget-holder")
    expense = model.invoice(store.load(tx.connection, expense_id), command.amount_cents, act)
    store.save(tx.connection, expense)
    order = NewOrder(
        id=order_id,
        kind="expense",
        subject=expense.id,
        year=expense.year,
        line=expense.line,
        creditor_number=command.creditor_number,
        amount_cents=command.amount_cents,
        reference=command.reference,
        ordered_by=tx.actor.person,
    )
    payments.add(tx, order, act)
    return []


def was_paid(order: Order, act: Act, tx: Transaction) -> list[NewEvent]:
    """The financial system paid an invoice."""
    change = model.paid(store.load(tx.connection, order.subject), order.amount_cents, act)
    ledger.post(tx, change.booking(act), [change.move])
    store.save(tx.connection, change.expense)
    return [NewEvent(order.subject, change.event)]


def was_not_paid(order: Order, _act: Act, tx: Transaction) -> list[NewEvent]:
    """The financial system refused an invoice; it can be ordered again."""
    store.save(tx.connection, model.unpaid(store.load(tx.connection, order.subject), order.amount_cents))
    return []


def _take(tx: Transaction, change: ExpenseChange, act: Act) -> None:
    expense = change.expense
    short = ledger.take(tx, change.booking(act), change.move)
    if short == "no-budget":
        detail = f"No budget of {expense.year} with a line {expense.line} has been adopted."
        raise Refused(short, detail, ("budget-years",))
    if short:
        detail = f"The line has no {change.move.amount_cents} cents left ({short}); set less aside."
        raise Refused(short, detail)
