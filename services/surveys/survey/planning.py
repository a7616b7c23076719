# SPDX-License-Identifier: EUPL-1.2
"""Whether a survey that is asked for can be one: its kernen, its dates and its questions."""

from collections import Counter

from services.surveys.survey.commands import PlanSurvey, QuestionRequest
from services.surveys.survey.model import Option, Question, Survey
from shared.contracts.commands import Act
from shared.contracts.refusals import Findings
from shared.municipality import Municipality


def survey_of(survey_id: str, asked: PlanSurvey, act: Act, rules: Municipality, findings: Findings) -> Survey:
    """The survey that is asked for, planned."""
    kernen = asked.kernen or tuple(kern.slug for kern in rules.kernen)
    _check_kernen(asked, kernen, rules, findings)
    findings.require(
        asked.close_date >= asked.open_date, "closeDate", "is before openDate; correct one of them"
    )
    findings.require(
        asked.close_date >= act.happened_on, "closeDate", "has passed: nobody could answer; give a later date"
    )
    _check_questions(asked.questions, rules, findings)
    return Survey(
        id=survey_id,
        state="planned",
        instrument=asked.instrument,
        audience=asked.audience,
        title=asked.title,
        introduction=asked.introduction,
        access=asked.access,
        kernen=kernen,
        invited=asked.invited,
        questions=tuple(_question(question) for question in asked.questions),
        comparable_with=asked.comparable_with,
        opens_on=asked.open_date,
        closes_on=asked.close_date,
        changed_on=act.happened_on,
        origin=act.origin,
    )


def _check_kernen(
    asked: PlanSurvey, kernen: tuple[str, ...], rules: Municipality, findings: Findings
) -> None:
    known = ", ".join(sorted(rules.kern_slugs))
    for place, kern in enumerate(kernen):
        field = f"kernen.{place}"
        findings.require(
            kern in rules.kern_slugs, field, f"{kern} is not a kern of this municipality; choose from {known}"
        )
        findings.require(kern not in kernen[:place], field, f"{kern} is listed twice; keep one")
    is_all = set(kernen) == rules.kern_slugs
    message = "an open link has one result, of the whole municipality; leave the kernen out, or use codes"
    findings.require(is_all or asked.access == "codes", "kernen", message)
    for kern in asked.invited:
        message = f"{kern} is not among the kernen of this survey; leave it out"
        findings.require(kern in kernen, f"invited.{kern}", message)


def _check_questions(questions: tuple[QuestionRequest, ...], rules: Municipality, findings: Findings) -> None:
    ids = Counter(question.id for question in questions)
    indicators = Counter(question.indicator for question in questions if question.indicator)
    for place, question in enumerate(questions):
        field = f"questions.{place}"
        findings.require(ids[question.id] == 1, f"{field}.id", f"{question.id} is used twice; choose another")
        _check_indicator(question, f"{field}.indicator", rules, findings)
        twice = question.indicator is not None and indicators[question.indicator] > 1
        findings.require(
            not twice, f"{field}.indicator", f"{question.indicator} is measured by two questions; keep one"
        )
        _check_options(question, f"{field}.options", findings)


def _check_indicator(question: QuestionRequest, field: str, rules: Municipality, findings: Findings) -> None:
    unit = _question(question).unit
    if unit is None:
        findings.require(question.indicator is None, field, "an open question has none; leave it out")
        return
    known = {indicator.slug for indicator in rules.indicators if indicator.unit == unit}
    findings.require(
        question.indicator in known,
        field,
        f"{question.indicator} is not an indicator with a {unit}; choose from {', '.join(sorted(known))}, "
        "or add it to the municipality's file",
    )


def _check_options(question: QuestionRequest, field: str, findings: Findings) -> None:
    if question.kind != "choice":
        message = f"a question of kind {question.kind} has its own answers; leave the options out"
        findings.require(not question.options, field, message)
        return
    ids = [option.id for option in question.options]
    findings.require(len(ids) == len(set(ids)), field, "two options have the same id; choose another")
    agreeing = sum(option.agrees for option in question.options)
    findings.require(
        0 < agreeing < len(ids), field, "need at least one that agrees and one that does not; mark them"
    )


def _question(asked: QuestionRequest) -> Question:
    options = tuple(Option(option.id, option.text, option.agrees) for option in asked.options)
    return Question(asked.id, asked.kind, asked.text, asked.indicator, options)
