# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about a grant: load, decide, save."""

from collections.abc import Sequence
from dataclasses import replace

from services.budget.grants import model, policy, promised, recipients, store, waiting
from services.budget.grants.commands import (
    AmendGrant,
    DecideGrant,
    PayGrant,
    RefundGrant,
    SettleGrant,
    WithdrawGrant,
)
from services.budget.grants.model import Grant
from services.budget.grants.policy import NO_MONEY, Objection
from services.budget.ledger import store as ledger
from services.budget.ledger.model import within_world
from services.budget.organisations import store as register
from services.budget.payments import store as payments
from services.budget.payments.model import NewOrder, Order
from shared.access.rules import may
from shared.contracts.commands import Act
from shared.contracts.envelope import Event, NewEvent
from shared.contracts.initiatives import (
    InitiativeAssessed,
    InitiativeSubmitted,
    InitiativeWithdrawn,
)
from shared.contracts.initiatives.life import InitiativePublicationCorrected
from shared.contracts.refusals import Findings, NotAllowed, NotFound, Refused
from shared.messaging.transaction import Transaction


def submitted(event: Event[InitiativeSubmitted], tx: Transaction) -> Sequence[NewEvent]:
    """Remember what it is about, to point out to the budget holder when much the same is asked again."""
    store.add_theme(tx.connection, event.subject, event.data.theme)
    return []


def assessed(event: Event[InitiativeAssessed], tx: Transaction) -> Sequence[NewEvent]:
    """Hold the money asked for, and promise it at once within the line's automatic limit; or propose to
    refuse it, which an official confirms."""
    request = policy.request_in(event, tx.municipality.default_line)
    if request is None or store.grant_for(tx.connection, request.initiative_id):
        return []
    act = Act("system", event.data.happened_on, event.data.origin)
    asked = model.ask(tx.new_id(), request, act)
    criteria = policy.criteria_of(request.line, event.data.guide_version, tx.municipality)
    changes = policy.objection_to(request, criteria) or waiting.promise(tx, asked, act)
    if isinstance(changes, Objection):
        changes = [model.propose_refusal(asked, changes, act)]
    store.add_grant(tx.connection, changes[-1].grant)
    data = event.data
    store.add_purpose(tx.connection, event.subject, data.public_title, data.public_summary, data.officer_id)
    return [event for change in changes for event in change.new_events]


def corrected(event: Event[InitiativePublicationCorrected], tx: Transaction) -> Sequence[NewEvent]:
    """Keep the words in which it is published now."""
    store.correct_purpose(tx.connection, event.subject, event.data.public_title, event.data.public_summary)
    return []


def withdrawn(event: Event[InitiativeWithdrawn], tx: Transaction) -> Sequence[NewEvent]:
    """Free what is still held for an initiative that was taken back."""
    grant = store.grant_for(tx.connection, event.subject)
    if grant is None:
        return []
    act = within_world(Act("system", event.data.happened_on, event.data.origin), grant.origin)
    change = promised.take_back(grant, act)
    return waiting.free(tx, change, act) if change else []


def _require_other_eyes(grant: Grant, tx: Transaction) -> None:
    """Who weighed an initiative does not decide about its money too. May raise NotAllowed."""
    mine = tx.actor.officer_id
    if mine and store.was_weighed_by(tx.connection, grant.initiative_id, mine):
        raise NotAllowed("You weighed this initiative; another budget holder decides about its money.")


@may("budget-holder")
def decide(grant_id: str, command: DecideGrant, tx: Transaction) -> Sequence[NewEvent]:
    """The budget holder allocates, declines, or leaves it waiting for money."""
    findings = Findings()
    act = tx.act(command, "budget-holder", findings)
    _check_decision(command, findings)
    grant = store.grant(tx.connection, grant_id)
    _require_other_eyes(grant, tx)
    _check_recipient(command.organisation_id, grant, tx, findings)
    findings.settle()
    match command.decision:
        case "allocate":
            return _allocate(grant, command, act, tx)
        case "decline":
            return _decline(grant, command, act, tx)
        case "wait":
            left = model.wait(grant, act)
            if ledger.is_closed(tx.connection, grant.year, grant.line):
                detail = f"{grant.year} is closed: no money returns that is promised again. Decline it."
                raise Refused("year-closed", detail, ("decisions",))
            waiting.require_no_room(tx, grant, act)
            return store.carry_out(tx, left, act)


@may("budget-holder")
def amend(grant_id: str, command: AmendGrant, tx: Transaction) -> Sequence[NewEvent]:
    """The budget holder promises more or less than before."""
    act = tx.act(command, "budget-holder")
    grant = store.grant(tx.connection, grant_id)
    _require_other_eyes(grant, tx)
    change = promised.amend(grant, command.amount_cents, act)
    (move,) = change.moves
    if move.debit == "available":
        return waiting.free(tx, change, act)
    most = policy.rules_that_hold(grant.line, tx.municipality).max_per_kern_cents
    if short := ledger.take(tx, change.booking(act), move, most):
        raise _no_money(short, move.amount_cents)
    store.save_grant(tx.connection, change.grant)
    return change.new_events


@may("budget-holder")
def withdraw(grant_id: str, command: WithdrawGrant, tx: Transaction) -> Sequence[NewEvent]:
    """The budget holder takes a promise back."""
    act = tx.act(command, "budget-holder")
    return waiting.free(tx, promised.withdraw(store.grant(tx.connection, grant_id), act), act)


@may("budget-holder")
def settle(grant_id: str, command: SettleGrant, tx: Transaction) -> Sequence[NewEvent]:
    """The actual cost of what was allocated is known; it is recorded once."""
    act = tx.act(command, "budget-holder")
    grant = store.grant(tx.connection, grant_id)
    _require_other_eyes(grant, tx)
    _require_other_eyes(grant, tx)
    return waiting.free(tx, promised.settle(grant, command.actual_cost_cents, act), act)


@may("budget-holder")
def pay(grant_id: str, order_id: str, command: PayGrant, tx: Transaction) -> Sequence[NewEvent]:
    """Order a part of a grant to be paid."""
    act = tx.act(command, "budget-holder")
    grant = store.grant(tx.connection, grant_id)
    left = grant.held_cents - grant.ordered_cents
    amount = left if command.amount_cents is None else command.amount_cents
    ordered = promised.order(grant, amount, act)
    if not amount:
        raise Refused("all-ordered", "All of this grant is paid, or ordered to be paid.")
    of_number = register.of_creditor(tx.connection, command.creditor_number)
    known = ordered.organisation_id or recipients.paid_by_number(of_number, ordered, tx.municipality)
    store.save_grant(tx.connection, replace(ordered, organisation_id=known))
    order = NewOrder(
        id=order_id,
        kind="grant",
        subject=grant.id,
        year=grant.year,
        line=grant.line,
        creditor_number=command.creditor_number,
        amount_cents=amount,
        ordered_by=tx.actor.person,
    )
    payments.add(tx, order, act)
    return []


@may("budget-holder")
def refund(grant_id: str, command: RefundGrant, tx: Transaction) -> Sequence[NewEvent]:
    """What was paid above the cost came back."""
    act = tx.act(command, "budget-holder")
    grant = store.grant(tx.connection, grant_id)
    return waiting.free(tx, promised.refund(grant, command.amount_cents, act), act)


def was_paid(order: Order, act: Act, tx: Transaction) -> list[NewEvent]:
    """The financial system paid a part of it."""
    grant = store.grant(tx.connection, order.subject)
    return store.carry_out(tx, promised.paid(grant, order.amount_cents, act), act)


def was_not_paid(order: Order, act: Act, tx: Transaction) -> list[NewEvent]:
    """The financial system refused it; it can be ordered again."""
    grant = store.grant(tx.connection, order.subject)
    return waiting.free(tx, promised.unpaid(grant, order.amount_cents, act), act)


def _check_decision(command: DecideGrant, findings: Findings) -> None:
    findings.require(
        command.decision == "decline" or command.reason_code is None,
        "reasonCode",
        "says why not; leave it out unless declining",
    )
    findings.require(
        command.decision == "allocate" or command.amount_cents is None,
        "amountCents",
        "is used only when allocating; leave it out",
    )
    findings.require(
        command.decision == "allocate" or command.organisation_id is None,
        "organisationId",
        "says who gets it; leave it out unless allocating",
    )


def _check_recipient(organisation_id: str | None, grant: Grant, tx: Transaction, findings: Findings) -> None:
    if organisation_id is None:
        return
    try:
        organisation = register.organisation(tx.connection, organisation_id)
    except NotFound as unknown:
        findings.require(False, recipients.FIELD, f"{unknown} Register it first, or leave this out.")
    else:
        recipients.check(organisation, grant, tx.municipality, findings)


def _allocate(grant: Grant, command: DecideGrant, act: Act, tx: Transaction) -> list[NewEvent]:
    """What is reserved, or what was to be refused, now that there is room for it."""
    legal_basis = policy.rules_that_hold(grant.line, tx.municipality).legal_basis
    amount_cents = command.amount_cents
    events: list[NewEvent] = []
    if grant.state in ("refusal-proposed", "waiting"):
        amount_cents = grant.asked_cents if amount_cents is None else amount_cents
        reserved = model.reserve(grant, amount_cents, act)
        if objection := waiting.shortfall(tx, reserved, act):
            raise _no_money(objection.reason, amount_cents)
        grant, events = reserved.grant, reserved.new_events
    amount = grant.held_cents if amount_cents is None else amount_cents
    allocated = model.allocate(grant, amount, legal_basis, act, command.organisation_id)
    return events + waiting.free(tx, allocated, act)


def _decline(grant: Grant, command: DecideGrant, act: Act, tx: Transaction) -> list[NewEvent]:
    """The reason is the one that was proposed, unless another is given."""
    proposed = grant.objection
    reason = command.reason_code or (proposed.reason if proposed else "by-decision")
    objection = proposed if proposed and proposed.reason == reason else Objection(reason)
    rules = policy.rules_of(grant.line, tx.municipality)
    ceiling = ledger.ceiling(tx.connection, grant.year, grant.line)
    legal_basis = policy.basis_of_refusal(reason, rules.legal_basis if rules else None, ceiling)
    declined = model.decline(grant, objection, legal_basis, act)
    if reason in NO_MONEY:
        waiting.require_no_room(tx, grant, act)
    return waiting.free(tx, declined, act)


def _no_money(reason: str, amount_cents: int) -> Refused:
    detail = f"There is no money for these {amount_cents} cents ({reason}); give less, or leave it as it is."
    return Refused(reason, detail, ("decisions",))
