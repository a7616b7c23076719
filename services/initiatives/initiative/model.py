# SPDX-License-Identifier: EUPL-1.2
"""Decisions about an initiative: what is so in, the next step or a refusal out.

What the budget decides is followed in `grant_decisions`; steps that move the term are in `deadlines`.
"""

from dataclasses import dataclass, replace
from datetime import date

from services.initiatives.assessment.model import Assessment
from services.initiatives.initiative.commands import SubmitInitiative
from services.initiatives.initiative.lifecycle import Initiative, InitiativeStep, Money, State, admit, facts
from services.initiatives.term.model import TermRules, begin
from shared.contracts.budget import GrantDeclined
from shared.contracts.commands import Act
from shared.contracts.envelope import EventData, NewEvent, Role
from shared.contracts.initiatives import (
    CodedAnswer,
    InitiativeAssessed,
    InitiativeAssigned,
    InitiativeRealised,
    InitiativeStarted,
    InitiativeSubmitted,
    InitiativeWithdrawn,
    Outcome,
    SupportKind,
)
from shared.contracts.initiatives.life import (
    InitiativeEvaluated,
    InitiativePublicationCorrected,
    InitiativeReassigned,
    InitiativeRedirected,
    InitiativeTermExtended,
    Result,
)
from shared.contracts.refusals import Refused


@dataclass(frozen=True)
class HistoryLine:
    """One line of an initiative's history; `why` is a code, never somebody's words."""

    what: str
    actor: Role
    happened_on: date
    why: str | None


def submit(
    initiative_id: str, asked: SubmitInitiative, officer_id: str | None, rules: TermRules, act: Act
) -> list[InitiativeStep]:
    """Received: the term for the decision runs from this date. Whoever is on duty takes it up at once.

    Of what was asked the event has what its contract names, and nothing else.
    """
    initiative = Initiative(
        id=initiative_id,
        state="submitted",
        kernen=asked.kernen,
        submitter_kind=asked.submitter_kind,
        origin=act.origin,
        received_on=act.happened_on,
        term=begin(act.happened_on, rules),
        changed_on=act.happened_on,
    )
    named = asked.model_dump(include=set(InitiativeSubmitted.model_fields), by_alias=False)
    known = {"received_on": initiative.received_on, "decision_due_on": initiative.term.due_on}
    event = InitiativeSubmitted(**named | facts(initiative, act) | known)
    received = InitiativeStep(initiative, NewEvent(initiative_id, event))
    return [received, assign(initiative, officer_id, act.happened_on)] if officer_id else [received]


def assign(initiative: Initiative, officer_id: str, on: date) -> InitiativeStep:
    """The kernambtenaar on duty takes it up; nobody has to ask for that."""
    return _assigned(initiative, officer_id, Act("system", on, initiative.origin))


def reassign(initiative: Initiative, officer_id: str, act: Act) -> InitiativeStep:
    """Give it to another kernambtenaar, or to a first one if nobody had it yet."""
    act = admit(initiative, "assignments", act)
    if initiative.officer_id == officer_id:
        detail = f"{officer_id} looks after this initiative already; give it to another."
        raise Refused("already-assigned", detail, initiative.allowed)
    if initiative.officer_id is None:
        return _assigned(replace(initiative, changed_on=act.happened_on), officer_id, act)
    event = InitiativeReassigned(
        **facts(initiative, act), officer_id=officer_id, due_on=initiative.term.due_on
    )
    moved = replace(initiative, officer_id=officer_id, changed_on=act.happened_on)
    return InitiativeStep(moved, NewEvent(initiative.id, event))


def _assigned(initiative: Initiative, officer_id: str, act: Act) -> InitiativeStep:
    """Only what waits to be taken up changes its state by it."""
    state: State = "assigned" if initiative.state == "submitted" else initiative.state
    event = InitiativeAssigned(**facts(initiative, act), officer_id=officer_id, due_on=initiative.term.due_on)
    return InitiativeStep(
        replace(initiative, state=state, officer_id=officer_id), NewEvent(initiative.id, event)
    )


def assess(initiative: Initiative, assessment: Assessment, act: Act) -> list[InitiativeStep]:
    """Record how it was assessed, once. A redirection has an event that says where to."""
    act = admit(initiative, "assessments", act)
    _see_that_nothing_is_awaited(initiative, act)
    weighing, outcome, money = assessment.weighing, assessment.outcome, None
    if outcome == "support" and weighing.line and weighing.amount_cents:
        money = Money(weighing.line, weighing.amount_cents)
    state = _state_after(outcome, money)
    assessed = replace(initiative, state=state, money=money, published=True, changed_on=act.happened_on)
    steps = [InitiativeStep(assessed, NewEvent(initiative.id, _assessed(initiative, assessment, act)))]
    if outcome == "redirect" and weighing.destination:
        redirected = InitiativeRedirected(**facts(initiative, act), destination=weighing.destination)
        steps.append(InitiativeStep(assessed, NewEvent(initiative.id, redirected)))
    return steps


def correct(initiative: Initiative, public_title: str, public_summary: str, act: Act) -> InitiativeStep:
    """What was published was wrong: other words take its place."""
    act = admit(initiative, "corrections", act)
    event = InitiativePublicationCorrected(
        **facts(initiative, act), public_title=public_title, public_summary=public_summary
    )
    return InitiativeStep(replace(initiative, changed_on=act.happened_on), NewEvent(initiative.id, event))


def withdraw(initiative: Initiative, act: Act) -> InitiativeStep:
    """The submitter takes it back; what money it holds, the budget frees."""
    act = admit(initiative, "withdrawals", act)
    withdrawn = replace(initiative, state="withdrawn", changed_on=act.happened_on)
    return InitiativeStep(withdrawn, NewEvent(initiative.id, InitiativeWithdrawn(**facts(initiative, act))))


def start(initiative: Initiative, act: Act) -> InitiativeStep:
    """The work begins: it is supported and, if money was asked, the answer on that is known."""
    act = admit(initiative, "starts", act)
    started = replace(initiative, state="started", changed_on=act.happened_on)
    return InitiativeStep(started, NewEvent(initiative.id, InitiativeStarted(**facts(initiative, act))))


def realise(initiative: Initiative, support_given: tuple[SupportKind, ...], act: Act) -> InitiativeStep:
    """It is there; `support_given` is what the municipality brought in the end."""
    act = admit(initiative, "realisations", act)
    realised = replace(initiative, state="realised", support_given=support_given, changed_on=act.happened_on)
    event = InitiativeRealised(**facts(initiative, act), support_given=support_given)
    return InitiativeStep(realised, NewEvent(initiative.id, event))


def evaluate(initiative: Initiative, result: Result, goals: tuple[int, ...], act: Act) -> InitiativeStep:
    """Look back on it with the residents; what was learnt in words stays with the owner."""
    act = admit(initiative, "evaluations", act)
    evaluated = replace(initiative, state="evaluated", changed_on=act.happened_on)
    event = InitiativeEvaluated(**facts(initiative, act), result=result, goals=goals)
    return InitiativeStep(evaluated, NewEvent(initiative.id, event))


def history_line(event: EventData) -> HistoryLine:
    """The line that an event adds to the history."""
    why: str | None = None
    match event:
        case InitiativeAssessed():
            why = event.outcome
        case GrantDeclined() | InitiativeTermExtended():
            why = event.reason
        case InitiativeRedirected():
            why = event.destination
        case InitiativeEvaluated():
            why = event.result
    return HistoryLine(event.TYPE.rsplit(".", 1)[0], event.actor, event.happened_on, why)


def _see_that_nothing_is_awaited(initiative: Initiative, act: Act) -> None:
    """Who was given time to answer has it (Awb 4:5)."""
    until = initiative.term.answer_by
    if initiative.state == "awaiting-supplement" and until and act.happened_on <= until:
        detail = (
            f"A supplement was asked, and may come until {until}; decide when it came, or after that day."
        )
        ways = tuple(way for way in initiative.allowed if way != "assessments")
        raise Refused("supplement-awaited", detail, ways)


def _state_after(outcome: Outcome, money: Money | None) -> State:
    if money:
        return "awaiting-grant"
    states: dict[Outcome, State] = {
        "support": "supported",
        "decline": "declined",
        "redirect": "redirected",
    }
    return states[outcome]


def _assessed(initiative: Initiative, assessment: Assessment, act: Act) -> InitiativeAssessed:
    weighing = assessment.weighing
    return InitiativeAssessed(
        **facts(initiative, act),
        guide_version=assessment.guide_version,
        answers=tuple(CodedAnswer(criterion=a.criterion, yes=a.yes) for a in weighing.answers),
        outcome=assessment.outcome,
        overruled=assessment.overruled,
        goals=weighing.goals,
        support_kinds=weighing.support_kinds,
        submitter_kind=initiative.submitter_kind,
        line=weighing.line,
        amount_asked_cents=weighing.amount_cents,
        public_title=weighing.public_title,
        public_summary=weighing.public_summary,
        officer_id=act.officer_id,
    )
