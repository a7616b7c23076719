# SPDX-License-Identifier: EUPL-1.2
"""What this service answers. Never how to reach who submitted something."""

from datetime import date, datetime

from services.initiatives.life import MoneyDecision, State, Transition
from shared.contracts.budget import DeclineReason
from shared.contracts.envelope import Data, Origin, Role
from shared.contracts.initiatives import Channel, Outcome, SubmitterKind, SupportKind


class HistoryEntry(Data):
    """What happened, by which role; `why` is a code, such as the outcome or a reason of the budget."""

    what: str
    actor: Role
    happened_on: date
    recorded_at: datetime
    why: str | None


class AnswerView(Data):
    """One criterion of the guide, answered with the reason."""

    criterion: str
    yes: bool
    reason: str


class AssessmentView(Data):
    """How it was weighed, and by which version of the guide."""

    guide_version: str
    answers: tuple[AnswerView, ...]
    outcome: Outcome
    overruled: bool
    motivation: str | None
    goals: tuple[int, ...]
    support_kinds: tuple[SupportKind, ...]
    line: str | None
    amount_cents: int | None
    public_title: str
    public_summary: str


class MoneyView(Data):
    """What became of the money asked. `settled_cents` is the final cost; the rest went back."""

    line: str
    asked_cents: int
    decision: MoneyDecision
    year: int | None
    allocated_cents: int | None
    decided_date: date | None
    reason: DeclineReason | None
    settled_cents: int | None


class ContactPoint(Data):
    """Where the municipality can be reached about it."""

    name: str
    email: str
    url: str


class InitiativeSummary(Data):
    """One initiative in a list."""

    id: str
    state: State
    kernen: tuple[str, ...]
    theme: str
    submitter_kind: SubmitterKind
    title: str
    received_date: date
    decision_due_date: date
    officer_id: str | None
    origin: Origin


class InitiativeView(InitiativeSummary):
    """One initiative, and the receipt for who submitted it. `allowed` is what can be done with it now."""

    channel: Channel
    description: str
    amount_asked_cents: int | None
    wanted_start_date: date | None
    assessment: AssessmentView | None
    money: MoneyView | None
    support_given: tuple[SupportKind, ...] | None
    contact_point: ContactPoint
    allowed: tuple[Transition, ...]
    history: tuple[HistoryEntry, ...]
