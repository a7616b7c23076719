# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about an expense: load, decide, save."""

from collections.abc import Sequence

from services.budget import ledger
from services.budget.acting import act_of, settled_act
from services.budget.expenses import model, store
from services.budget.expenses.commands import AmendExpense, CommitExpense, PayInvoice
from services.budget.expenses.model import Decision, Expense
from services.budget.model import Act
from services.budget.payments import store as payments
from services.budget.payments.store import NewOrder
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Findings, Refused
from shared.messaging.transaction import Transaction


def commit(expense_id: str, command: CommitExpense, tx: Transaction) -> Sequence[NewEvent]:
    """Set money aside, if the line has it."""
    findings = Findings()
    act = act_of(command, "budget-holder", tx, findings)
    of = [line.id for line in tx.municipality.lines if line.purpose == "expenses"]
    findings.require(
        command.line in of, "line", f"{command.line} is no line for expenses; choose from {', '.join(of)}"
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
    decision = model.commit(expense, act)
    _take(tx, decision, act)
    store.add(tx, expense)
    return [NewEvent(expense_id, decision.event)]


def amend(expense_id: str, command: AmendExpense, tx: Transaction) -> Sequence[NewEvent]:
    """Set more or less aside."""
    act = settled_act(command, tx)
    decision = model.amend(store.load(tx.connection, expense_id), command.amount_cents, act)
    _take(tx, decision, act)
    store.save(tx.connection, decision.expense)
    return [NewEvent(expense_id, decision.event)]


def pay(expense_id: str, order_id: str, command: PayInvoice, tx: Transaction) -> Sequence[NewEvent]:
    """Order an invoice to be paid."""
    act = settled_act(command, tx)
    expense = model.invoice(store.load(tx.connection, expense_id), command.amount_cents, act)
    store.save(tx.connection, expense)
    order = NewOrder(
        order_id, "expense", expense.id, expense.year, expense.line, command.creditor_number,
        command.amount_cents, command.reference,
    )  # fmt: skip
    payments.add(tx, order, act)
    return []


def was_paid(expense_id: str, amount_cents: int, act: Act, tx: Transaction) -> list[NewEvent]:
    """The financial system paid an invoice."""
    decision = model.paid(store.load(tx.connection, expense_id), amount_cents, act)
    ledger.post(tx, _entry(decision.expense, act), [decision.move])
    store.save(tx.connection, decision.expense)
    return [NewEvent(expense_id, decision.event)]


def was_not_paid(expense_id: str, amount_cents: int, tx: Transaction) -> list[NewEvent]:
    """The financial system refused an invoice; it can be ordered again."""
    store.save(tx.connection, model.unpaid(store.load(tx.connection, expense_id), amount_cents))
    return []


def _take(tx: Transaction, decision: Decision, act: Act) -> None:
    expense = decision.expense
    short = ledger.take(tx, _entry(expense, act), decision.move)
    if short == "no-budget":
        detail = f"No budget of {expense.year} with a line {expense.line} has been adopted."
        raise Refused(short, detail, ("budget-years",))
    if short:
        detail = f"The line has no {decision.move.amount_cents} cents left ({short}); set less aside."
        raise Refused(short, detail)


def _entry(expense: Expense, act: Act) -> ledger.Entry:
    return ledger.Entry(expense.id, expense.year, expense.line, None, act)
