# SPDX-License-Identifier: EUPL-1.2
"""Decisions about an expense: state in; moves of money and events out, or a refusal. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.budget.ledger.model import Booking, Move, require_same_world
from shared.contracts.budget.expenses import ExpenseAmended, ExpenseCommitted, ExpenseData, ExpensePaid
from shared.contracts.commands import Act
from shared.contracts.envelope import Origin
from shared.contracts.refusals import FieldError, Invalid, Refused

CAN = ("invoices", "amendments")


@dataclass(frozen=True)
class Expense:
    """`amount_cents` is what is set aside; of it `ordered_cents` are ordered to be paid, `paid_cents` are."""

    id: str
    year: int
    line: str
    description: str
    amount_cents: int
    since: date
    origin: Origin
    ordered_cents: int = 0
    paid_cents: int = 0


@dataclass(frozen=True)
class ExpenseChange:
    """What a decision on an expense comes to: the expense as it is now, the money that moves, the event."""

    expense: Expense
    move: Move
    event: ExpenseData

    def booking(self, act: Act) -> Booking:
        return Booking(self.expense.id, self.expense.year, self.expense.line, None, act)


def commit(expense: Expense, act: Act) -> ExpenseChange:
    """Set money aside. Whether there is any, only the ledger can say."""
    move = Move("commit", "available", "committed", expense.amount_cents)
    return ExpenseChange(expense, move, ExpenseCommitted(**_facts(expense, expense.amount_cents, act)))


def amend(expense: Expense, amount_cents: int, act: Act) -> ExpenseChange:
    """Set more or less aside: never less than was invoiced."""
    require_since(expense, act)
    before = expense.amount_cents
    if amount_cents == before:
        raise Refused("not-amended", f"{before} cents are set aside already.", CAN)
    if amount_cents < expense.ordered_cents:
        limit = f"{expense.ordered_cents} cents were invoiced; set at least those aside."
        raise Refused("below-ordered", limit, CAN)
    credit, debit = ("available", "committed") if amount_cents > before else ("committed", "available")
    move = Move("amend", credit, debit, abs(amount_cents - before))  # type: ignore[arg-type]
    amended = replace(expense, amount_cents=amount_cents, since=act.happened_on)
    return ExpenseChange(
        amended, move, ExpenseAmended(**_facts(expense, amount_cents, act), before_cents=before)
    )


def invoice(expense: Expense, amount_cents: int, act: Act) -> Expense:
    """An invoice is to be paid from what is set aside."""
    require_since(expense, act)
    left = expense.amount_cents - expense.ordered_cents
    if amount_cents > left:
        limit = f"{amount_cents} cents is above the {left} cents not invoiced yet; set more aside first."
        raise Refused("above-committed", limit, CAN)
    return replace(expense, ordered_cents=expense.ordered_cents + amount_cents)


def paid(expense: Expense, amount_cents: int, act: Act) -> ExpenseChange:
    after = replace(expense, paid_cents=expense.paid_cents + amount_cents)
    move = Move("pay", "committed", "paid", amount_cents)
    return ExpenseChange(after, move, ExpensePaid(**_facts(expense, amount_cents, act)))


def unpaid(expense: Expense, amount_cents: int) -> Expense:
    """It can be invoiced again."""
    return replace(expense, ordered_cents=expense.ordered_cents - amount_cents)


def require_since(expense: Expense, act: Act) -> None:
    require_same_world(act, expense.origin)
    if act.happened_on < expense.since:
        message = f"{act.happened_on} is before {expense.since}, when it was last changed"
        raise Invalid(FieldError("happenedOn", f"{message}; give that date or a later one"))


def _facts(expense: Expense, amount_cents: int, act: Act) -> dict[str, Any]:
    return {
        "line": expense.line,
        "year": expense.year,
        "amount_cents": amount_cents,
        "kernen": (),
        "happened_on": act.happened_on,
        "actor": act.actor,
        "origin": act.origin,
    }
