# SPDX-License-Identifier: EUPL-1.2
"""The fold of money: budget years, contributions, grants and expenses; a part of `projection.py`."""

from collections.abc import Callable
from typing import Any

from services.analytics.model import BudgetYear, Contribution, Entity, Expense, Grant, changed
from shared.contracts import budget as b
from shared.contracts.budget.expenses import ExpenseAmended, ExpenseCommitted, ExpenseData, ExpensePaid
from shared.contracts.envelope import EventData


def set_aside(entity: Entity | None, said: b.BudgetAdopted | b.BudgetAmended) -> BudgetYear:
    lines = tuple((line.line, line.amount_cents) for line in said.lines)
    return changed(_year(entity, said), total_cents=said.total_cents, lines=lines)


def reached(entity: Entity | None, said: b.BudgetThresholdReached) -> BudgetYear:
    year = _year(entity, said)
    told = dict(year.reached)
    told[said.line] = max(said.percent, told.get(said.line, 0))
    return changed(year, reached=tuple(sorted(told.items())))


def closed(entity: Entity | None, said: b.BudgetClosed) -> BudgetYear:
    return changed(_year(entity, said), closed=True)


def contributed(_: Entity | None, said: b.ContributionAllocated) -> Contribution:
    return Contribution(
        said.kernen, _example(said), said.organisation_kind, said.line, said.year, said.amount_cents
    )


def contribution_paid(_: Entity | None, said: b.ContributionPaid) -> Contribution:
    return Contribution(
        said.kernen,
        _example(said),
        said.organisation_kind,
        said.line,
        said.year,
        said.amount_cents,
        paid=True,
    )


def given_up(entity: Entity | None, said: b.ContributionWithdrawn) -> Contribution:
    return Contribution(said.kernen, _example(said), said.organisation_kind, said.line, said.year, 0)


def reserved(entity: Entity | None, said: b.GrantReserved) -> Grant:
    cents = said.amount_cents
    return changed(_grant(entity, said), state="reserved", asked_cents=cents, reserved_cents=cents)


def waitlisted(entity: Entity | None, said: b.GrantWaitlisted) -> Grant:
    return changed(_grant(entity, said), state="waiting", asked_cents=said.amount_cents)


def released(entity: Entity | None, said: b.GrantReleased) -> Grant:
    return changed(_grant(entity, said), state="released", reserved_cents=0)


def allocated(entity: Entity | None, said: b.GrantAllocated) -> Grant:
    return changed(
        _grant(entity, said), state="allocated", reserved_cents=0, allocated_cents=said.amount_cents
    )


def amended(entity: Entity | None, said: b.GrantAmended) -> Grant:
    return changed(_grant(entity, said), state="allocated", allocated_cents=said.amount_cents)


def declined(entity: Entity | None, said: b.GrantDeclined) -> Grant:
    return changed(
        _grant(entity, said),
        state="declined",
        asked_cents=said.amount_cents,
        reserved_cents=0,
        reason=said.reason,
    )


def withdrawn(entity: Entity | None, said: b.GrantWithdrawn) -> Grant:
    return _returning(entity, said, state="withdrawn", reserved_cents=0)


def paid(entity: Entity | None, said: b.GrantPaid) -> Grant:
    grant = _grant(entity, said)
    return changed(grant, paid_cents=grant.paid_cents + said.amount_cents)


def settled(entity: Entity | None, said: b.GrantSettled) -> Grant:
    return changed(
        _grant(entity, said),
        state="settled",
        allocated_cents=said.allocated_cents,
        settled_cents=said.amount_cents,
    )


def returned(entity: Entity | None, said: b.GrantReturned) -> Grant:
    grant = _returning(entity, said)
    return changed(grant, paid_cents=grant.paid_cents - said.amount_cents) if said.refunded else grant


def committed(entity: Entity | None, said: ExpenseCommitted | ExpenseAmended) -> Expense:
    return changed(_expense(entity, said), amount_cents=said.amount_cents)


def spent(entity: Entity | None, said: ExpensePaid) -> Expense:
    expense = _expense(entity, said)
    return changed(expense, paid_cents=expense.paid_cents + said.amount_cents)


FOLDS: dict[type[EventData], Callable[[Entity | None, Any], Entity]] = {
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


def _example(said: EventData) -> bool:
    return said.origin == "example"


def _year(
    entity: Entity | None,
    said: b.BudgetAdopted | b.BudgetAmended | b.BudgetThresholdReached | b.BudgetClosed,
) -> BudgetYear:
    if isinstance(entity, BudgetYear):
        return entity
    return BudgetYear(said.kernen, _example(said), said.year)


def _grant(entity: Entity | None, said: b.GrantData) -> Grant:
    if isinstance(entity, Grant):
        return entity
    return Grant(said.kernen, _example(said), said.initiative_id, said.line, said.year)


def _expense(entity: Entity | None, said: ExpenseData) -> Expense:
    if isinstance(entity, Expense):
        return entity
    return Expense(said.kernen, _example(said), said.line, said.year)


def _returning(entity: Entity | None, said: b.GrantData, **changes: Any) -> Grant:
    grant = _grant(entity, said)
    return changed(grant, returned_cents=grant.returned_cents + said.amount_cents, **changes)
