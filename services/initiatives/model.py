# SPDX-License-Identifier: EUPL-1.2
"""Decisions about an initiative: what is so in, the next step or a refusal out. Nothing here reads.

How it is weighed is in `weighing`, what the budget's answer means in `money`, its term in `deadlines`.
"""

from dataclasses import dataclass, replace
from datetime import date

from services.initiatives import terms
from services.initiatives.life import Act, Initiative, State, Step, admit, facts
from services.initiatives.terms import TermRules
from shared.contracts.budget import GrantDeclined
from shared.contracts.envelope import EventData, NewEvent, Role
from shared.contracts.initiatives import (
    Channel,
    InitiativeAssessed,
    InitiativeAssigned,
    InitiativeRealised,
    InitiativeStarted,
    InitiativeSubmitted,
    InitiativeWithdrawn,
    SubmitterKind,
    SupportKind,
)
from shared.contracts.initiatives.life import (
    InitiativeEvaluated,
    InitiativeReassigned,
    InitiativeRedirected,
    InitiativeTermExtended,
    Result,
)
from shared.contracts.refusals import Refused


@dataclass(frozen=True)
class Contact:
    """How to reach who submitted it. Kept in a table of its own, and told only to who must reach them."""

    name: str
    email: str | None = None
    phone: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Submission:
    """What is asked, in the words of who asks; title and description never leave this service."""

    kernen: tuple[str, ...]
    theme: str
    submitter_kind: SubmitterKind
    channel: Channel
    title: str
    description: str
    amount_asked_cents: int | None
    wanted_start_on: date | None


@dataclass(frozen=True)
class Entry:
    """One line of an initiative's history; `why` is a code, never somebody's words."""

    what: str
    actor: Role
    happened_on: date
    why: str | None


def submit(initiative_id: str, asked: Submission, rules: TermRules, act: Act) -> Step:
    """Received: the term for the decision runs from this date."""
    initiative = Initiative(
        id=initiative_id,
        state="submitted",
        kernen=asked.kernen,
        submitter_kind=asked.submitter_kind,
        origin=act.origin,
        received_on=act.happened_on,
        term=terms.begin(act.happened_on, rules),
        changed_on=act.happened_on,
    )
    received = InitiativeSubmitted(
        **facts(initiative, act),
        theme=asked.theme,
        submitter_kind=asked.submitter_kind,
        channel=asked.channel,
        received_on=initiative.received_on,
        decision_due_on=initiative.term.due_on,
    )
    return Step(initiative, NewEvent(initiative_id, received))


def assign(initiative: Initiative, officer_id: str, on: date) -> Step:
    """The kernambtenaar on duty takes it up; nobody has to ask for that."""
    return _assigned(initiative, officer_id, Act("system", on, initiative.origin))


def reassign(initiative: Initiative, officer_id: str, act: Act) -> Step:
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
    return Step(moved, NewEvent(initiative.id, event))


def _assigned(initiative: Initiative, officer_id: str, act: Act) -> Step:
    """Only what waits to be taken up changes its state by it."""
    state: State = "assigned" if initiative.state == "submitted" else initiative.state
    event = InitiativeAssigned(**facts(initiative, act), officer_id=officer_id, due_on=initiative.term.due_on)
    return Step(replace(initiative, state=state, officer_id=officer_id), NewEvent(initiative.id, event))


def withdraw(initiative: Initiative, act: Act) -> Step:
    """The submitter takes it back; what money it holds, the budget frees."""
    act = admit(initiative, "withdrawals", act)
    withdrawn = replace(initiative, state="withdrawn", changed_on=act.happened_on)
    return Step(withdrawn, NewEvent(initiative.id, InitiativeWithdrawn(**facts(initiative, act))))


def start(initiative: Initiative, act: Act) -> Step:
    """The work begins: it is supported and, if money was asked, the answer on that is known."""
    act = admit(initiative, "starts", act)
    started = replace(initiative, state="started", changed_on=act.happened_on)
    return Step(started, NewEvent(initiative.id, InitiativeStarted(**facts(initiative, act))))


def realise(initiative: Initiative, support_given: tuple[SupportKind, ...], act: Act) -> Step:
    """It is there; `support_given` is what the municipality brought in the end."""
    act = admit(initiative, "realisations", act)
    realised = replace(initiative, state="realised", support_given=support_given, changed_on=act.happened_on)
    event = InitiativeRealised(**facts(initiative, act), support_given=support_given)
    return Step(realised, NewEvent(initiative.id, event))


def evaluate(initiative: Initiative, result: Result, goals: tuple[int, ...], act: Act) -> Step:
    """Look back on it with the residents; what was learnt in words stays with the owner."""
    act = admit(initiative, "evaluations", act)
    evaluated = replace(initiative, state="evaluated", changed_on=act.happened_on)
    event = InitiativeEvaluated(**facts(initiative, act), result=result, goals=goals)
    return Step(evaluated, NewEvent(initiative.id, event))


def entry_of(said: EventData) -> Entry:
    """The line that an event adds to the history."""
    why: str | None = None
    match said:
        case InitiativeAssessed():
            why = said.outcome
        case GrantDeclined() | InitiativeTermExtended():
            why = said.reason
        case InitiativeRedirected():
            why = said.destination
        case InitiativeEvaluated():
            why = said.result
    return Entry(said.TYPE.rsplit(".", 1)[0], said.actor, said.happened_on, why)
