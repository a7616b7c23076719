# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about a grant: load, decide, save."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.budget import ledger, model, policy, promised, store, waiting
from services.budget.acting import act_of, carry_out, entry_of, settled_act, told
from services.budget.commands import AmendGrant, DecideGrant, SettleGrant, WithdrawGrant
from services.budget.model import Act, Grant
from services.budget.organisations import recipients
from services.budget.policy import NO_MONEY, Objection
from services.budget.statements.store import correct_purpose, keep_purpose
from shared.contracts.envelope import Event, EventData, NewEvent
from shared.contracts.initiatives import (
    InitiativeAssessed,
    InitiativeSubmitted,
    InitiativeWithdrawn,
)
from shared.contracts.initiatives.life import InitiativePublicationCorrected
from shared.contracts.refusals import Findings, Refused
from shared.messaging.transaction import Transaction


class UnknownGuide(Exception):
    """The event names a guide that is not in the municipality's file: add it, then replay the event."""


def submitted(event: Event[InitiativeSubmitted], tx: Transaction) -> Sequence[NewEvent]:
    """Remember what it is about, to tell the budget holder when much the same is asked again."""
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
    criteria = _criteria(tx, request.line, event.data.guide_version)
    decisions = policy.objection_to(request, criteria) or waiting.promise(tx, asked, act)
    if isinstance(decisions, Objection):
        decisions = [model.propose_refusal(asked, decisions, act)]
    store.add_grant(tx.connection, decisions[-1].grant)
    keep_purpose(tx.connection, event.subject, event.data.public_title, event.data.public_summary)
    return [event for decision in decisions for event in told(decision)]


def corrected(event: Event[InitiativePublicationCorrected], tx: Transaction) -> Sequence[NewEvent]:
    """What is published about it is told in other words."""
    correct_purpose(tx.connection, event.subject, event.data.public_title, event.data.public_summary)
    return []


def withdrawn(event: Event[InitiativeWithdrawn], tx: Transaction) -> Sequence[NewEvent]:
    """Free what is still held for an initiative that was taken back."""
    grant = store.grant_for(tx.connection, event.subject)
    act = Act("system", event.data.happened_on, event.data.origin)
    decision = grant and promised.take_back(grant, act)
    return waiting.free(tx, decision, act) if decision else []


def decide(grant_id: str, command: DecideGrant, tx: Transaction) -> Sequence[NewEvent]:
    """The budget holder allocates, declines, or leaves it waiting for money."""
    findings = Findings()
    act = act_of(command, "budget-holder", tx, findings)
    _check_decision(command, findings)
    grant = store.grant(tx.connection, grant_id)
    recipients.check(command.organisation_id, grant, tx, findings)
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
            return carry_out(tx, left, act)


def amend(grant_id: str, command: AmendGrant, tx: Transaction) -> Sequence[NewEvent]:
    """The budget holder promises more or less than before."""
    act = settled_act(command, tx)
    grant = store.grant(tx.connection, grant_id)
    decision = promised.amend(grant, command.amount_cents, act)
    (move,) = decision.moves
    if move.debit == "available":
        return waiting.free(tx, decision, act)
    most = waiting.grant_rules(tx, grant).max_per_kern_cents
    if short := ledger.take(tx, entry_of(decision, act), move, most):
        raise _lacking(short, move.amount_cents)
    store.save_grant(tx.connection, decision.grant)
    return told(decision)


def withdraw(grant_id: str, command: WithdrawGrant, tx: Transaction) -> Sequence[NewEvent]:
    """The budget holder takes a promise back."""
    act = settled_act(command, tx)
    return waiting.free(tx, promised.withdraw(store.grant(tx.connection, grant_id), act), act)


def settle(grant_id: str, command: SettleGrant, tx: Transaction) -> Sequence[NewEvent]:
    """The actual cost of what was allocated is known; it is recorded once."""
    act = settled_act(command, tx)
    grant = store.grant(tx.connection, grant_id)
    return waiting.free(tx, promised.settle(grant, command.actual_cost_cents, act), act)


def _criteria(tx: Transaction, line: str, guide_version: str) -> list[str]:
    """What the guide asks of money from this line."""
    guides = {guide.version: guide for guide in tx.municipality.guides}
    if guide_version not in guides:
        raise UnknownGuide(
            f"The municipality's file has no guide {guide_version!r}; it has {sorted(guides)}."
        )
    return [criterion.id for criterion in guides[guide_version].criteria if criterion.line == line]


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


def _allocate(grant: Grant, command: DecideGrant, act: Act, tx: Transaction) -> list[NewEvent]:
    """What is reserved, or what was to be refused, now that there is room for it."""
    legal_basis = waiting.grant_rules(tx, grant).legal_basis
    amount_cents = command.amount_cents
    events: list[NewEvent] = []
    if grant.state in ("refusal-proposed", "waiting"):
        amount_cents = grant.asked_cents if amount_cents is None else amount_cents
        reserved = model.reserve(grant, amount_cents, act)
        if objection := waiting.shortfall(tx, reserved, act):
            raise _lacking(objection.reason, amount_cents)
        grant, events = reserved.grant, told(reserved)
    amount = grant.held_cents if amount_cents is None else amount_cents
    promised = model.allocate(grant, amount, legal_basis, act, command.organisation_id)
    return events + waiting.free(tx, promised, act)


def _decline(grant: Grant, command: DecideGrant, act: Act, tx: Transaction) -> list[NewEvent]:
    """The reason is the one that was proposed, unless another is given."""
    proposed = grant.objection
    reason = command.reason_code or (proposed.reason if proposed else "by-decision")
    objection = proposed if proposed and proposed.reason == reason else Objection(reason)
    declined = model.decline(grant, objection, waiting.basis_of_refusal(tx, grant, reason), act)
    if reason in NO_MONEY:
        waiting.require_no_room(tx, grant, act)
    return waiting.free(tx, declined, act)


def _lacking(reason: str, amount_cents: int) -> Refused:
    detail = f"There is no money for these {amount_cents} cents ({reason}); give less, or leave it as it is."
    return Refused(reason, detail, ("decisions",))


HANDLERS: Mapping[type[EventData], Any] = {
    InitiativeSubmitted: submitted,
    InitiativeAssessed: assessed,
    InitiativePublicationCorrected: corrected,
    InitiativeWithdrawn: withdrawn,
}
