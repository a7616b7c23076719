# SPDX-License-Identifier: EUPL-1.2
"""Money: budget years, grants, contributions and expenses, and what each of their events does to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from services.analytics.fold.model import changed, is_example
from shared.contracts import budget as b
from shared.contracts.budget.expenses import ExpenseAmended, ExpenseCommitted, ExpenseData, ExpensePaid
from shared.contracts.envelope import EventData

GrantState = Literal["waiting", "reserved", "released", "allocated", "declined", "withdrawn", "settled"]


@dataclass(frozen=True)
class BudgetYear:
    """What the council set aside for one year, by line, as it is now.

    `reached` are the highest thresholds that were passed, by line, in percents.
    """

    kernen: tuple[str, ...]
    example: bool
    year: int
    total_cents: int = 0
    lines: tuple[tuple[str, int], ...] = ()
    reached: tuple[tuple[str, int], ...] = ()
    closed: bool = False
    kind: Literal["budget"] = "budget"


@dataclass(frozen=True)
class Grant:
    """Money for one initiative. `asked_cents` is what was asked, before anything was promised."""

    kernen: tuple[str, ...]
    example: bool
    initiative_id: str
    line: str
    year: int
    state: GrantState = "reserved"
    asked_cents: int = 0
    reserved_cents: int = 0
    allocated_cents: int = 0
    returned_cents: int = 0
    settled_cents: int = 0
    paid_cents: int = 0
    reason: str | None = None
    kind: Literal["grant"] = "grant"

    @property
    def committed_cents(self) -> int:
        """What is promised and did not go back to the line."""
        return max(self.allocated_cents - self.returned_cents, 0)


@dataclass(frozen=True)
class Contribution:
    """The fixed amount of one year for an organisation of this sort; nothing once it is withdrawn."""

    kernen: tuple[str, ...]
    example: bool
    sort: str
    line: str
    year: int
    amount_cents: int
    paid: bool = False
    kind: Literal["contribution"] = "contribution"


@dataclass(frozen=True)
class Expense:
    """What the municipality buys itself: set aside, and paid by invoice."""

    kernen: tuple[str, ...]
    example: bool
    line: str
    year: int
    amount_cents: int = 0
    paid_cents: int = 0
    kind: Literal["expense"] = "expense"


def set_aside(before: object, data: b.BudgetAdopted | b.BudgetAmended) -> BudgetYear:
    lines = tuple((line.line, line.amount_cents) for line in data.lines)
    return changed(_year(before, data), total_cents=data.total_cents, lines=lines)


def reached(before: object, data: b.BudgetThresholdReached) -> BudgetYear:
    year = _year(before, data)
    percents = dict(year.reached)
    percents[data.line] = max(data.percent, percents.get(data.line, 0))
    return changed(year, reached=tuple(sorted(percents.items())))


def closed(before: object, data: b.BudgetClosed) -> BudgetYear:
    return changed(_year(before, data), closed=True)


def contributed(_: object, data: b.ContributionAllocated) -> Contribution:
    return Contribution(
        data.kernen, is_example(data), data.organisation_kind, data.line, data.year, data.amount_cents
    )


def contribution_paid(_: object, data: b.ContributionPaid) -> Contribution:
    return Contribution(
        data.kernen,
        is_example(data),
        data.organisation_kind,
        data.line,
        data.year,
        data.amount_cents,
        paid=True,
    )


def given_up(_: object, data: b.ContributionWithdrawn) -> Contribution:
    return Contribution(data.kernen, is_example(data), data.organisation_kind, data.line, data.year, 0)


def reserved(before: object, data: b.GrantReserved) -> Grant:
    cents = data.amount_cents
    return changed(_grant(before, data), state="reserved", asked_cents=cents, reserved_cents=cents)


def waitlisted(before: object, data: b.GrantWaitlisted) -> Grant:
    return changed(_grant(before, data), state="waiting", asked_cents=data.amount_cents)


def released(before: object, data: b.GrantReleased) -> Grant:
    return changed(_grant(before, data), state="released", reserved_cents=0)


def allocated(before: object, data: b.GrantAllocated) -> Grant:
    return changed(
        _grant(before, data), state="allocated", reserved_cents=0, allocated_cents=data.amount_cents
    )


def amended(before: object, data: b.GrantAmended) -> Grant:
    return changed(_grant(before, data), state="allocated", allocated_cents=data.amount_cents)


def declined(before: object, data: b.GrantDeclined) -> Grant:
    return changed(
        _grant(before, data),
        state="declined",
        asked_cents=data.amount_cents,
        reserved_cents=0,
        reason=data.reason,
    )


def withdrawn(before: object, data: b.GrantWithdrawn) -> Grant:
    return _returning(before, data, state="withdrawn", reserved_cents=0)


def paid(before: object, data: b.GrantPaid) -> Grant:
    grant = _grant(before, data)
    return changed(grant, paid_cents=grant.paid_cents + data.amount_cents)


def settled(before: object, data: b.GrantSettled) -> Grant:
    return changed(
        _grant(before, data),
        state="settled",
        allocated_cents=data.allocated_cents,
        settled_cents=data.amount_cents,
    )


def returned(before: object, data: b.GrantReturned) -> Grant:
    grant = _returning(before, data)
    return changed(grant, paid_cents=grant.paid_cents - data.amount_cents) if data.refunded else grant


def committed(before: object, data: ExpenseCommitted | ExpenseAmended) -> Expense:
    return changed(_expense(before, data), amount_cents=data.amount_cents)


def spent(before: object, data: ExpensePaid) -> Expense:
    expense = _expense(before, data)
    return changed(expense, paid_cents=expense.paid_cents + data.amount_cents)


FOLDS: dict[type[EventData], Callable[[Any, Any], BudgetYear | Grant | Contribution | Expense]] = {
    b.BudgetAdopted: set_aside,
    b.BudgetAmended: set_aside,
    b.BudgetThresholdReached: reached,
    b.BudgetClosed: closed,
    b.ContributionAllocated: contributed,
    b.ContributionPaid: contribution_paid,
    b.ContributionWithdrawn: given_up,
    b.GrantReserved: reserved,
    b.GrantWaitlisted: waitlisted,
    b.GrantReleased: released,
    b.GrantAllocated: allocated,
    b.GrantAmended: amended,
    b.GrantDeclined: declined,
    b.GrantWithdrawn: withdrawn,
    b.GrantPaid: paid,
    b.GrantSettled: settled,
    b.GrantReturned: returned,
    ExpenseCommitted: committed,
    ExpenseAmended: committed,
    ExpensePaid: spent,
}


def _year(
    before: object,
    data: b.BudgetAdopted | b.BudgetAmended | b.BudgetThresholdReached | b.BudgetClosed,
) -> BudgetYear:
    if isinstance(before, BudgetYear):
        return before
    return BudgetYear(data.kernen, is_example(data), data.year)


def _grant(before: object, data: b.GrantData) -> Grant:
    if isinstance(before, Grant):
        return before
    return Grant(data.kernen, is_example(data), data.initiative_id, data.line, data.year)


def _expense(before: object, data: ExpenseData) -> Expense:
    if isinstance(before, Expense):
        return before
    return Expense(data.kernen, is_example(data), data.line, data.year)


def _returning(before: object, data: b.GrantData, **changes: Any) -> Grant:
    grant = _grant(before, data)
    return changed(grant, returned_cents=grant.returned_cents + data.amount_cents, **changes)
