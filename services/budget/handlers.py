# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about a grant: load, decide, save."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.budget import ledger, model, policy, store
from services.budget.commands import DecideGrant, SettleGrant
from services.budget.model import Act, Decision
from services.budget.policy import Objection, Request, Rules
from shared.contracts.envelope import Event, EventData, NewEvent
from shared.contracts.initiatives import InitiativeAssessed, InitiativeWithdrawn
from shared.contracts.refusals import Findings, Refused
from shared.messaging import crash
from shared.messaging.transaction import Transaction


class UnknownGuide(Exception):
    """The event names a guide that is not in the municipality's file: add it, then replay the event."""


def assessed(event: Event[InitiativeAssessed], tx: Transaction) -> Sequence[NewEvent]:
    """Hold the money asked for, and promise it at once within the line's automatic limit; or say why not."""
    request = policy.request_in(event, tx.municipality.default_line)
    if request is None or store.grant_for(tx.connection, request.initiative_id):
        return []
    act = Act("system", event.data.happened_on, event.data.origin)
    rules = _rules(tx, request, event.data.guide_version)
    asked = model.ask(tx.new_id(), request, act)
    reserved = model.reserve(asked, act)
    objection = policy.objection_to(request, rules) or _shortfall(tx, reserved, act, rules)
    decisions = [model.decline(asked, objection, act) if objection else reserved]
    crash.here("CP16")
    if not objection and request.amount_cents <= rules.automatic_limit_cents:
        promised = model.allocate(reserved.grant, request.amount_cents, rules.legal_basis, act)
        ledger.post(tx, _entry(promised, act), promised.moves)
        decisions.append(promised)
    store.add_grant(tx.connection, decisions[-1].grant)
    return [event for decision in decisions for event in _told(decision)]


def withdrawn(event: Event[InitiativeWithdrawn], tx: Transaction) -> Sequence[NewEvent]:
    """Free what is still held for an initiative that was taken back."""
    grant = store.grant_for(tx.connection, event.subject)
    act = Act("system", event.data.happened_on, event.data.origin)
    decision = grant and model.take_back(grant, act)
    return _carry_out(tx, decision, act) if decision else []


def decide(grant_id: str, command: DecideGrant, tx: Transaction) -> Sequence[NewEvent]:
    """The budget holder allocates what is reserved, or declines."""
    findings = Findings()
    act = Act("budget-holder", tx.date_of(command, findings), command.origin)
    allocating = command.decision == "allocate"
    findings.require(
        not (allocating and command.reason_code), "reasonCode", "says why not; leave it out when allocating"
    )
    findings.require(
        allocating or command.amount_cents is None, "amountCents", "is not used when declining; leave it out"
    )
    findings.settle()
    grant = store.grant(tx.connection, grant_id)
    if not allocating:
        objection = Objection(command.reason_code or "by-decision")
        return _carry_out(tx, model.decline(grant, objection, act), act)
    amount = grant.held_cents if command.amount_cents is None else command.amount_cents
    return _carry_out(tx, model.allocate(grant, amount, _legal_basis(tx, grant.line), act), act)


def settle(grant_id: str, command: SettleGrant, tx: Transaction) -> Sequence[NewEvent]:
    """The actual cost of what was allocated is known; it is recorded once."""
    findings = Findings()
    act = Act("budget-holder", tx.date_of(command, findings), command.origin)
    findings.settle()
    grant = store.grant(tx.connection, grant_id)
    return _carry_out(tx, model.settle(grant, command.actual_cost_cents, act), act)


def _rules(tx: Transaction, request: Request, guide_version: str) -> Rules:
    guides = {guide.version: guide for guide in tx.municipality.guides}
    if guide_version not in guides:
        raise UnknownGuide(
            f"The municipality's file has no guide {guide_version!r}; it has {sorted(guides)}."
        )
    line = tx.municipality.line(request.line)
    if line is None or line.purpose != "grants":
        return Rules((), 0, None, "", has_budget=False)
    return Rules(
        criteria=tuple(c.id for c in guides[guide_version].criteria if c.line == line.id),
        automatic_limit_cents=line.automatic_limit_cents,
        max_per_kern_cents=line.max_per_kern_cents,
        legal_basis=line.legal_basis,
        has_budget=ledger.has_line(tx.connection, request.year, line.id),
    )


def _legal_basis(tx: Transaction, line_id: str) -> str:
    line = tx.municipality.line(line_id)
    if line is None:
        raise Refused(
            "line-unknown", f"Line {line_id} is no longer in the municipality's file; add it there."
        )
    return line.legal_basis


def _shortfall(tx: Transaction, reserved: Decision, act: Act, rules: Rules) -> Objection | None:
    """Take the money, if it is there."""
    (move,) = reserved.moves
    short = ledger.take(tx, _entry(reserved, act), move, rules.max_per_kern_cents)
    return Objection(short) if short else None


def _carry_out(tx: Transaction, decision: Decision, act: Act) -> list[NewEvent]:
    """Save what was decided on a grant that is stored, and move its money."""
    store.save_grant(tx.connection, decision.grant)
    ledger.post(tx, _entry(decision, act), decision.moves)
    return _told(decision)


def _entry(decision: Decision, act: Act) -> ledger.Entry:
    grant = decision.grant
    reason = grant.objection.reason if grant.objection else None
    return ledger.Entry(grant.id, grant.year, grant.line, grant.kern, act, reason)


def _told(decision: Decision) -> list[NewEvent]:
    return [NewEvent(decision.grant.id, data) for data in decision.events]


HANDLERS: Mapping[type[EventData], Any] = {InitiativeAssessed: assessed, InitiativeWithdrawn: withdrawn}
