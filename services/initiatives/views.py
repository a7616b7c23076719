# SPDX-License-Identifier: EUPL-1.2
"""What this service answers. Never how to reach who submitted something."""

from datetime import date, datetime
from typing import Literal

from services.initiatives.life import MoneyDecision, State, Transition
from shared.contracts.budget import DeclineReason
from shared.contracts.envelope import Data, Origin, Role
from shared.contracts.initiatives import Channel, Outcome, SubmitterKind, SupportKind
from shared.contracts.initiatives.life import Result
from shared.municipality.parts import Guide


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
    """How it was weighed, by which version of the guide, and what the submitter was answered."""

    guide_version: str
    answers: tuple[AnswerView, ...]
    outcome: Outcome
    overruled: bool
    motivation: str | None
    goals: tuple[int, ...]
    support_kinds: tuple[SupportKind, ...]
    line: str | None
    amount_cents: int | None
    destination: str | None
    public_title: str
    public_summary: str
    reply_subject: str | None
    reply_text: str | None


class ReplyPreview(Data):
    """The outcome and the reply as they would be. `sent` is false where the decision on money is the letter;
    `overruled` is whether the answers lead elsewhere.
    """

    outcome: Outcome
    overruled: bool
    subject: str
    text: str
    sent: bool


class QuestionView(Data):
    """One criterion. `line` limits it to requests for money from that line; `no_leads_to` is where a no
    leads, null for what is judged with the money.
    """

    id: str
    question: str
    help: str
    line: str | None
    no_leads_to: Literal["decline", "redirect"] | None


class GuideSummary(Data):
    """One version of the guide; the one in force is used unless another is named."""

    version: str
    in_force: bool


class GuideView(GuideSummary):
    """A version of the guide (handreiking overheidsparticipatie), with its questions in their order."""

    questions: tuple[QuestionView, ...]


def guide_view(guide: Guide, in_force: bool) -> GuideView:
    return GuideView(
        version=guide.version,
        in_force=in_force,
        questions=tuple(
            QuestionView(
                id=each.id,
                question=each.question,
                help=each.help,
                line=each.line,
                no_leads_to=None if each.line else each.no_leads_to,
            )
            for each in guide.criteria
        ),
    )


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
    """One initiative, and the receipt for who submitted it. `allowed` is what can be done with it now."""

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
    history: tuple[HistoryEntry, ...]


class StateCount(Data):
    state: State
    count: int


class Counts(Data):
    """How many initiatives a list with the same filters holds, and in which states; none are left out."""

    total: int
    by_state: tuple[StateCount, ...]


class Workload(Data):
    """The work of one kernambtenaar: what is open, what of it is not decided yet, and past its date."""

    officer_id: str
    open: int
    waiting: int
    exceeded: int


class KernDuty(Data):
    """Who is on duty in a kern today. `waiting` is what nobody took up there."""

    slug: str
    name: str
    officer_id: str | None
    uncovered_since_date: date | None
    waiting: int


class KernenOnDuty(Data):
    """Every kern of the municipality."""

    items: tuple[KernDuty, ...]
