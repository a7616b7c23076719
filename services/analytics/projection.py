# SPDX-License-Identifier: EUPL-1.2
"""The fold: what each event does to what the overview knows. Pure: no clock, no store, no other entity.

A fold answers to anything, also to an event whose predecessors a person discarded: a rebuild meets the
whole history of the stream, and one odd event must not keep the overview from ever being built.
"""

from collections.abc import Callable
from typing import Any

from services.analytics import measures, participation
from services.analytics.model import (
    Appointment,
    BudgetYear,
    Contribution,
    Entity,
    Expense,
    Grant,
    Initiative,
    InitiativeState,
    Organisation,
    changed,
)
from shared.contracts import budget as b
from shared.contracts import initiatives as i
from shared.contracts.envelope import EventData
from shared.contracts.initiatives import life

ASSESSED_AS: dict[i.Outcome, InitiativeState] = {
    "support": "supported",
    "decline": "declined",
    "redirect": "redirected",
}


def fold(entity: Entity | None, said: EventData) -> Entity:
    """What is known of a subject after one more of its events."""
    return FOLDS[type(said)](entity, said)


def submitted(_: Entity | None, said: i.InitiativeSubmitted) -> Initiative:
    return Initiative(said.kernen, _example(said), said.received_on, said.theme)


def assessed(entity: Entity | None, said: i.InitiativeAssessed) -> Initiative:
    return changed(
        _initiative(entity, said),
        state=ASSESSED_AS[said.outcome],
        title=said.public_title or None,
        summary=said.public_summary or None,
        support=said.support_kinds if said.outcome == "support" else (),
    )


def corrected(entity: Entity | None, said: life.InitiativePublicationCorrected) -> Initiative:
    return changed(
        _initiative(entity, said), title=said.public_title or None, summary=said.public_summary or None
    )


def evaluated(entity: Entity | None, said: life.InitiativeEvaluated) -> Initiative:
    return changed(_initiative(entity, said), result=said.result)


def with_term(**facts: bool) -> Callable[[Entity | None, EventData], Initiative]:
    """Something happened to its term; with nothing given, something that no figure is made of."""
    return lambda entity, said: changed(_initiative(entity, said), **facts)


def realised(entity: Entity | None, said: i.InitiativeRealised) -> Initiative:
    return changed(_initiative(entity, said), state="realised", support=said.support_given)


def moved_to(state: InitiativeState) -> Callable[[Entity | None, EventData], Initiative]:
    """The initiative is now in this state; nothing else is new."""
    return lambda entity, said: changed(_initiative(entity, said), state=state)


def appointed(_: Entity | None, said: i.KernambtenaarAppointed) -> Appointment:
    return Appointment(said.kernen, _example(said), said.valid_from, said.valid_until)


def relieved(entity: Entity | None, said: i.KernambtenaarRelieved) -> Appointment:
    if isinstance(entity, Appointment):
        return changed(entity, last=said.valid_until)
    return Appointment(said.kernen, _example(said), said.valid_until, said.valid_until)


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


def registered(_: Entity | None, said: b.OrganisationRegistered | b.OrganisationChanged) -> Organisation:
    return Organisation(
        said.kernen, _example(said), said.kind, said.name, said.active_from, said.active_until
    )


def ended(entity: Entity | None, said: b.OrganisationEnded) -> Organisation:
    if isinstance(entity, Organisation):
        return changed(entity, active_until=said.active_until)
    last = said.active_until
    return Organisation(said.kernen, _example(said), said.kind, None, last, last)


def contributed(_: Entity | None, said: b.ContributionAllocated) -> Contribution:
    return Contribution(
        said.kernen, _example(said), said.organisation_kind, said.line, said.year, said.amount_cents
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


def committed(entity: Entity | None, said: b.ExpenseCommitted | b.ExpenseAmended) -> Expense:
    return changed(_expense(entity, said), amount_cents=said.amount_cents)


def spent(entity: Entity | None, said: b.ExpensePaid) -> Expense:
    expense = _expense(entity, said)
    return changed(expense, paid_cents=expense.paid_cents + said.amount_cents)


# Every type of every aggregate the overview follows: a rebuild counts the versions of what it folds.
FOLDS: dict[type[EventData], Callable[[Entity | None, Any], Entity]] = {
    i.InitiativeSubmitted: submitted,
    i.InitiativeAssigned: moved_to("assigned"),
    i.InitiativeAssessed: assessed,
    i.InitiativeWithdrawn: moved_to("withdrawn"),
    i.InitiativeStarted: moved_to("started"),
    i.InitiativeRealised: realised,
    life.InitiativeReassigned: with_term(),
    life.InitiativeSupplementRequested: with_term(supplemented=True),
    life.InitiativeSupplemented: with_term(),
    life.InitiativeTermExtended: with_term(extended=True),
    life.InitiativeTermApproaching: with_term(),
    life.InitiativeTermExceeded: with_term(exceeded=True),
    life.InitiativeRedirected: moved_to("redirected"),
    life.InitiativePublicationCorrected: corrected,
    life.InitiativeEvaluated: evaluated,
    i.KernambtenaarAppointed: appointed,
    i.KernambtenaarRelieved: relieved,
    b.BudgetAdopted: set_aside,
    b.BudgetAmended: set_aside,
    b.BudgetThresholdReached: reached,
    b.BudgetClosed: closed,
    b.OrganisationRegistered: registered,
    b.OrganisationChanged: registered,
    b.OrganisationEnded: ended,
    b.ContributionAllocated: contributed,
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
    b.ExpenseCommitted: committed,
    b.ExpenseAmended: committed,
    b.ExpensePaid: spent,
    **measures.FOLDS,
    **participation.FOLDS,
}


def _example(said: EventData) -> bool:
    return said.origin == "example"


def _initiative(entity: Entity | None, said: EventData) -> Initiative:
    if isinstance(entity, Initiative):
        return entity
    return Initiative(said.kernen, _example(said), said.happened_on)


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


def _expense(entity: Entity | None, said: b.ExpenseData) -> Expense:
    if isinstance(entity, Expense):
        return entity
    return Expense(said.kernen, _example(said), said.line, said.year)


def _returning(entity: Entity | None, said: b.GrantData, **changes: Any) -> Grant:
    grant = _grant(entity, said)
    return changed(grant, returned_cents=grant.returned_cents + said.amount_cents, **changes)
