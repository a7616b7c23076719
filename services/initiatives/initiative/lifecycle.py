# SPDX-License-Identifier: EUPL-1.2
"""An initiative and its life: the states, what can be done in each, and how a step is admitted.

    submitted ─▶ assigned ─▶ supported ─────────────────────────▶ started ─▶ realised ─▶ evaluated
        ▲           │ ▲ └──▶ awaiting-grant ─▶ funded | not-funded ──┘
        │           ▼ └▶ declined | redirected            withdrawn: until it started
        └── awaiting-supplement

An initiative that nobody is on duty for can be assessed unassigned. Nothing here reads or writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from services.initiatives.term.model import Term
from shared.contracts.budget import DeclineReason
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent, Origin
from shared.contracts.initiatives import SubmitterKind, SupportKind
from shared.contracts.refusals import FieldError, Invalid, Refused

State = Literal[
    "submitted",
    "assigned",
    "awaiting-supplement",
    "supported",
    "declined",
    "redirected",
    "awaiting-grant",
    "funded",
    "not-funded",
    "started",
    "realised",
    "evaluated",
    "withdrawn",
]
# As in the API's paths.
Transition = Literal[
    "assignments",
    "supplement-requests",
    "supplements",
    "extensions",
    "assessments",
    "corrections",
    "withdrawals",
    "starts",
    "realisations",
    "evaluations",
]
MoneyDecision = Literal["awaiting", "waiting", "reserved", "allocated", "declined", "released", "withdrawn"]

UNDECIDED: tuple[Transition, ...] = (
    "assignments",
    "supplement-requests",
    "extensions",
    "assessments",
    "withdrawals",
)
NEXT: Mapping[State, tuple[Transition, ...]] = {
    "submitted": UNDECIDED,
    "assigned": UNDECIDED,
    "awaiting-supplement": ("assignments", "supplements", "assessments", "withdrawals"),
    "supported": ("assignments", "starts", "withdrawals", "corrections"),
    "awaiting-grant": ("assignments", "extensions", "withdrawals", "corrections"),
    "funded": ("assignments", "starts", "withdrawals", "corrections"),
    # residents may go on without the money
    "not-funded": ("assignments", "starts", "withdrawals", "corrections"),
    "started": ("assignments", "realisations", "corrections"),
    "realised": ("assignments", "evaluations", "corrections"),
    "declined": ("corrections",),
    "redirected": ("corrections",),
    "evaluated": ("corrections",),
    "withdrawn": ("corrections",),
}
TERM_RUNS: frozenset[State] = frozenset({"submitted", "assigned", "awaiting-supplement", "awaiting-grant"})
CLOSED: frozenset[State] = frozenset({"declined", "redirected", "realised", "evaluated", "withdrawn"})


@dataclass(frozen=True)
class Money:
    """What became of the money asked; `settled_cents` is the final cost, once it is known."""

    line: str
    asked_cents: int
    decision: MoneyDecision = "awaiting"
    year: int | None = None
    allocated_cents: int | None = None
    decided_on: date | None = None
    reason: DeclineReason | None = None
    settled_cents: int | None = None


@dataclass(frozen=True)
class Initiative:
    """What decisions need to know. `changed_on` is the date of the last step that people took; `published`
    is whether an official wrote a title for the public.
    """

    id: str
    state: State
    kernen: tuple[str, ...]
    submitter_kind: SubmitterKind
    origin: Origin
    received_on: date
    term: Term
    changed_on: date
    published: bool = False
    officer_id: str | None = None
    support_given: tuple[SupportKind, ...] | None = None
    money: Money | None = None

    @property
    def allowed(self) -> tuple[Transition, ...]:
        """What can be done to it now."""
        return allowed_in(self.state, self.published)

    @property
    def term_runs(self) -> bool:
        """Only what is live has a term that somebody counts on."""
        return self.origin == "live" and self.state in TERM_RUNS


@dataclass(frozen=True)
class InitiativeStep:
    """A decision taken: the initiative as it is now, and the event that is published of it."""

    initiative: Initiative
    event: NewEvent


def allowed_in(state: State, published: bool) -> tuple[Transition, ...]:
    """What was never published needs no correction."""
    return tuple(way for way in NEXT[state] if published or way != "corrections")


def admit(initiative: Initiative, transition: Transition, act: Act) -> Act:
    """The act as it counts for this initiative, or why it cannot be: its state, its dates, its origin.

    What is done to an example is an example too; a fictional act cannot touch something real.
    """
    allowed = initiative.allowed
    if transition not in allowed:
        now = f"what it takes now: {', '.join(allowed)}" if allowed else "nothing more can be done to it"
        detail = f"The initiative is {initiative.state} and takes no {transition}; {now}."
        raise Refused(f"initiative-{initiative.state}", detail, allowed)
    if act.happened_on < initiative.changed_on:
        message = f"{act.happened_on} is before its last step ({initiative.changed_on}); give a later date"
        raise Invalid(FieldError("happenedOn", message))
    if initiative.origin == "example":
        return replace(act, origin="example")
    if act.origin == "example":
        detail = "The initiative is real, and what is done to it cannot be an example; leave origin out."
        raise Refused("initiative-is-real", detail, allowed)
    return act


def facts(initiative: Initiative, act: Act) -> dict[str, Any]:
    """What every event about it has."""
    return {
        "kernen": initiative.kernen,
        "happened_on": act.happened_on,
        "actor": act.actor,
        "origin": act.origin,
    }
