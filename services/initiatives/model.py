# SPDX-License-Identifier: EUPL-1.2
"""Decisions about an initiative: what is so in, the next step or a refusal out. Nothing here reads.

How it is weighed is in `weighing`, what the budget's answer means in `money`.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.initiatives.life import Act, Initiative, Step, admit, facts
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


def submit(initiative_id: str, asked: Submission, decision_weeks: int, act: Act) -> Step:
    """Received: the term for the decision (Awb 4:13) runs from this date."""
    initiative = Initiative(
        id=initiative_id,
        state="submitted",
        kernen=asked.kernen,
        submitter_kind=asked.submitter_kind,
        origin=act.origin,
        received_on=act.happened_on,
        decision_due_on=act.happened_on + timedelta(weeks=decision_weeks),
        changed_on=act.happened_on,
    )
    received = InitiativeSubmitted(
        **facts(initiative, act),
        theme=asked.theme,
        submitter_kind=asked.submitter_kind,
        channel=asked.channel,
        received_on=initiative.received_on,
        decision_due_on=initiative.decision_due_on,
    )
    return Step(initiative, NewEvent(initiative_id, received))


def assign(initiative: Initiative, officer_id: str, on: date) -> Step:
    """The kernambtenaar on duty takes it up; nobody has to ask for that."""
    assigned = replace(initiative, state="assigned", officer_id=officer_id)
    act = Act("system", on, initiative.origin)
    event = InitiativeAssigned(
        **facts(initiative, act), officer_id=officer_id, due_on=initiative.decision_due_on
    )
    return Step(assigned, NewEvent(initiative.id, event))


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


def entry_of(said: EventData) -> Entry:
    """The line that an event adds to the history."""
    why: str | None = None
    match said:
        case InitiativeAssessed():
            why = said.outcome
        case GrantDeclined():
            why = said.reason
    return Entry(said.TYPE.rsplit(".", 1)[0], said.actor, said.happened_on, why)
