# SPDX-License-Identifier: EUPL-1.2
"""What is shown of an initiative. Never how to reach who submitted something."""

from datetime import date, datetime

from services.initiatives.assessment.views import AssessmentView
from services.initiatives.initiative.lifecycle import MoneyDecision, State, Transition
from shared.contracts.budget import DeclineReason
from shared.contracts.envelope import Data, Origin, Role
from shared.contracts.initiatives import Channel, SubmitterKind, SupportKind
from shared.contracts.initiatives.life import Result


class HistoryLineView(Data):
    """What happened, by which role; `why` is a code, such as the outcome or a reason of the budget."""

    what: str
    actor: Role
    happened_on: date
    recorded_at: datetime
    why: str | None


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


class TermView(Data):
    """The term for a decision. While a supplement is awaited it stands still, and `decision_due_date` is its
    end if none comes by `answer_by_date`. `runs` is false once it is decided, or if nobody counts on it.
    """

    decision_due_date: date
    approaching_date: date
    answer_by_date: date | None
    extended: bool
    runs: bool


class SupplementView(Data):
    """What was missing, and what came."""

    asked_date: date
    asked: str
    answer_by_date: date
    answered_date: date | None
    answer: str | None


class EvaluationView(Data):
    """What came of it in the end."""

    result: Result
    goals: tuple[int, ...]
    lesson: str | None


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
    """One initiative, and the receipt for who submitted it. `number` is for people, to name it by: it opens
    nothing. `allowed` is what can be done with it now.
    """

    number: str
    channel: Channel
    description: str
    amount_asked_cents: int | None
    wanted_start_date: date | None
    term: TermView
    supplements: tuple[SupplementView, ...]
    assessment: AssessmentView | None
    money: MoneyView | None
    support_given: tuple[SupportKind, ...] | None
    evaluation: EvaluationView | None
    contact_point: ContactPoint
    allowed: tuple[Transition, ...]
    history: tuple[HistoryLineView, ...]
