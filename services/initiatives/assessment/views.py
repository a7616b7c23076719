# SPDX-License-Identifier: EUPL-1.2
"""What is shown of assessments and of the guides they are made by."""

from typing import Literal

from shared.contracts.envelope import Data
from shared.contracts.initiatives import Outcome, SupportKind
from shared.municipality.parts import Guide


class CriterionAnswerView(Data):
    """One criterion of the guide, answered with the reason."""

    criterion: str
    yes: bool
    reason: str


class AssessmentView(Data):
    """How it was weighed, by which version of the guide, and what the submitter was written."""

    guide_version: str
    answers: tuple[CriterionAnswerView, ...]
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


class AssessmentPreview(Data):
    """The outcome and the letter as they would be. `sent` is false where the decision on money is the letter;
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
