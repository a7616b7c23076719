# SPDX-License-Identifier: EUPL-1.2
"""Weighing an initiative against a version of the guide (handreiking overheidsparticipatie).

The general questions decide: the first no leads where the guide says. The questions of a budget line
are only recorded here; whoever holds the money judges them.
"""

from dataclasses import dataclass, replace
from typing import Literal

from services.initiatives.life import Act, Initiative, Money, State, Step, admit, facts
from shared.contracts.envelope import NewEvent
from shared.contracts.initiatives import CodedAnswer, InitiativeAssessed, Outcome, SupportKind
from shared.contracts.initiatives.life import InitiativePublicationCorrected, InitiativeRedirected
from shared.contracts.refusals import Refused

Steps = list[Step]


@dataclass(frozen=True)
class Question:
    """A criterion of the guide. `no_leads_to` is None for one that is judged with the money."""

    criterion: str
    no_leads_to: Literal["decline", "redirect"] | None


@dataclass(frozen=True)
class Rules:
    """What the municipality lays down about one assessment.

    `questions` are those to be answered, None if the guide's version is unknown. `most_cents` is the
    whole yearly budget: nobody can be promised more.
    """

    guide_version: str
    questions: tuple[Question, ...] | None
    destinations: tuple[str, ...]
    grant_lines: frozenset[str]
    goals: frozenset[int]
    most_cents: int


@dataclass(frozen=True)
class Answer:
    criterion: str
    yes: bool
    reason: str


@dataclass(frozen=True)
class Weighing:
    """What an official found. `outcome` is given only to overrule what the answers lead to; `destination`
    is where somebody is redirected to.
    """

    answers: tuple[Answer, ...]
    outcome: Outcome | None
    motivation: str | None
    goals: tuple[int, ...]
    support_kinds: tuple[SupportKind, ...]
    line: str | None
    amount_cents: int | None
    destination: str | None
    public_title: str
    public_summary: str


@dataclass(frozen=True)
class Assessment:
    """A weighing as it was recorded, with the rules it was made by."""

    weighing: Weighing
    guide_version: str
    outcome: Outcome
    overruled: bool


def outcome_by_rules(weighing: Weighing, rules: Rules) -> Outcome:
    """Where the answers lead: to the place of the first no, in the guide's order; else to support."""
    noes = {answer.criterion for answer in weighing.answers if not answer.yes}
    ways = (q.no_leads_to for q in rules.questions or () if q.criterion in noes)
    return next((way for way in ways if way), "support")


def assess(initiative: Initiative, weighing: Weighing, rules: Rules, act: Act) -> tuple[Steps, Assessment]:
    """Record a weighing that was found right; only one counts. A redirection also says where to."""
    act = admit(initiative, "assessments", act)
    _see_that_nothing_is_awaited(initiative, act)
    by_rules = outcome_by_rules(weighing, rules)
    outcome = weighing.outcome or by_rules
    assessment = Assessment(weighing, rules.guide_version, outcome, overruled=outcome != by_rules)
    money = None
    if outcome == "support" and weighing.line and weighing.amount_cents:
        money = Money(weighing.line, weighing.amount_cents)
    state = _state_after(outcome, money)
    assessed = replace(initiative, state=state, money=money, published=True, changed_on=act.happened_on)
    steps = [Step(assessed, NewEvent(initiative.id, _event(initiative, assessment, act)))]
    if outcome == "redirect" and weighing.destination:
        said = InitiativeRedirected(**facts(initiative, act), destination=weighing.destination)
        steps.append(Step(assessed, NewEvent(initiative.id, said)))
    return steps, assessment


def correct(initiative: Initiative, public_title: str, public_summary: str, act: Act) -> Step:
    """What was published was wrong: other words take its place."""
    act = admit(initiative, "corrections", act)
    said = InitiativePublicationCorrected(
        **facts(initiative, act), public_title=public_title, public_summary=public_summary
    )
    return Step(replace(initiative, changed_on=act.happened_on), NewEvent(initiative.id, said))


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


def _event(initiative: Initiative, assessment: Assessment, act: Act) -> InitiativeAssessed:
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
    )
