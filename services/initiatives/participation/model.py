# SPDX-License-Identifier: EUPL-1.2
"""Decisions about a process of participation: what is so in, the next step or a refusal out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from services.initiatives.participation.commands import GuideAnswer
from shared.contracts.commands import Act
from shared.contracts.envelope import EventData, NewEvent, Origin
from shared.contracts.initiatives import CodedAnswer
from shared.contracts.initiatives.participation import (
    MOST_PARTICIPANTS,
    ActivityHeld,
    Form,
    InvitedBy,
    ParticipationCancelled,
    ParticipationConcluded,
    ParticipationConsidered,
    ParticipationStarted,
    PointTaken,
    Rung,
)
from shared.contracts.refusals import FieldError, Findings, Invalid, Refused

State = Literal["fits", "does-not-fit", "started", "concluded", "cancelled"]
Transition = Literal["starts", "activities", "participants", "conclusions", "cancellations"]
NEXT: Mapping[State, tuple[Transition, ...]] = {
    "fits": ("starts", "cancellations"),
    "does-not-fit": (),
    "started": ("activities", "participants", "conclusions", "cancellations"),
    "concluded": (),
    "cancelled": (),
}


@dataclass(frozen=True)
class Process:
    """What decisions need to know; `held` is the number of activities, `changed_on` the last step's date."""

    id: str
    state: State
    kernen: tuple[str, ...]
    origin: Origin
    changed_on: date
    rung: Rung | None = None
    held: int = 0


@dataclass(frozen=True)
class ParticipationStep:
    """A decision taken: the process as it is now, and the event that is published of it."""

    process: Process
    event: NewEvent


def consider(
    new: Process,
    subject: str,
    version: str,
    answers: tuple[GuideAnswer, ...],
    fits: bool | None,
    motivation: str | None,
    act: Act,
) -> ParticipationStep:
    """Does participation fit? It follows from the answers: all yes; or is overruled with a motivation."""
    follows = all(answer.yes for answer in answers)
    outcome = follows if fits is None else fits
    findings = Findings()
    if outcome != follows:
        message = "is missing; say why the outcome is another than the answers lead to"
        findings.require(bool(motivation), "motivation", message)
    elif motivation:
        message = "is for an outcome other than the answers lead to; leave it out"
        findings.require(False, "motivation", message)
    findings.settle()
    event = ParticipationConsidered(
        **_facts(new, act),
        guide_version=version,
        answers=tuple(CodedAnswer(criterion=a.criterion, yes=a.yes) for a in answers),
        fits=outcome,
        overruled=outcome != follows,
        public_subject=subject,
    )
    return ParticipationStep(
        replace(new, state="fits" if outcome else "does-not-fit"), NewEvent(new.id, event)
    )


def start(
    process: Process, rung: Rung, invited: tuple[str, ...], goal: str, reaching: str, act: Act
) -> ParticipationStep:
    """Residents are asked from now on."""
    act = admit(process, "starts", act)
    event = ParticipationStarted(
        **_facts(process, act), rung=rung, invited=invited, public_goal=goal, public_reaching=reaching
    )
    return _step(replace(process, rung=rung), "started", act, event)


def hold(
    process: Process, form: Form, invited_by: InvitedBy, attendance: int, groups: tuple[str, ...], act: Act
) -> ParticipationStep:
    """Something was held: who came, and by which channel they heard of it."""
    act = admit(process, "activities", act)
    event = ActivityHeld(
        **_facts(process, act),
        rung=process.rung or "inform",
        form=form,
        invited_by=invited_by,
        attendance=attendance,
        groups=groups,
    )
    return _step(replace(process, held=process.held + 1), "started", act, event)


def conclude(
    process: Process, points: tuple[PointTaken, ...], to_tell: tuple[str, ...], act: Act
) -> ParticipationStep:
    """It is over: nobody who gave input is left without hearing what was done with it."""
    act = admit(process, "conclusions", act)
    if not process.held:
        detail = "Nothing was held yet; record an activity first, or cancel it."
        raise Refused("nothing-held", detail, ("activities", "cancellations"))
    if not points and process.rung != "inform":
        raise Invalid(FieldError("points", "is empty; say point by point what was done with the input"))
    event = ParticipationConcluded(
        **_facts(process, act), rung=process.rung or "inform", points=points, to_tell=to_tell
    )
    return _step(process, "concluded", act, event)


def cancel(process: Process, reason: str, to_tell: tuple[str, ...], act: Act) -> ParticipationStep:
    """It ends before its time."""
    act = admit(process, "cancellations", act)
    event = ParticipationCancelled(**_facts(process, act), public_reason=reason, to_tell=to_tell)
    return _step(process, "cancelled", act, event)


def join(process: Process, joined: int, act: Act) -> None:
    """Somebody leaves an address to hear what becomes of it; `joined` did before."""
    admit(process, "participants", act)
    if joined >= MOST_PARTICIPANTS:
        raise Refused(
            "enough-addresses", f"{MOST_PARTICIPANTS} people left an address; no more can be written to."
        )


def admit(process: Process, transition: Transition, act: Act) -> Act:
    """The act as it counts for this process, or why it cannot be."""
    allowed = NEXT[process.state]
    if transition not in allowed:
        now = f"what it takes now: {', '.join(allowed)}" if allowed else "nothing more can be done to it"
        detail = f"The process is {process.state} and takes no {transition}; {now}."
        raise Refused(f"participation-{process.state}", detail, allowed)
    if act.happened_on < process.changed_on:
        message = f"{act.happened_on} is before its last step ({process.changed_on}); give a later date"
        raise Invalid(FieldError("happenedOn", message))
    if process.origin == "example":
        return replace(act, origin="example")
    if act.origin == "example":
        detail = "The process is real, and what is done to it cannot be an example; leave origin out."
        raise Refused("participation-is-real", detail, allowed)
    return act


def _step(process: Process, state: State, act: Act, event: EventData) -> ParticipationStep:
    return ParticipationStep(
        replace(process, state=state, changed_on=act.happened_on), NewEvent(process.id, event)
    )


def _facts(process: Process, act: Act) -> dict[str, Any]:
    return {
        "kernen": process.kernen,
        "happened_on": act.happened_on,
        "actor": act.actor,
        "origin": act.origin,
    }
