# SPDX-License-Identifier: EUPL-1.2
"""From the answers to a closed survey to what was measured, in each kern and in the municipality."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from services.surveys.results.model import Measured, Round, of_choices, of_marks
from services.surveys.survey.model import Question, Survey

Counts = Mapping[tuple[str, str], Mapping[str, int]]  # by kern and question: how often each answer was given


def measure(survey: Survey, counts: Counts, everywhere: Collection[str]) -> list[Measured]:
    """Every indicator in every kern; in the municipality only if all its kernen took part."""
    measured = list(_measured(survey, counts, survey.kernen))
    if set(survey.kernen) == set(everywhere):
        measured += _measured(survey, counts, (None,))
    return measured


def round_of(survey: Survey) -> Round:
    """A round's year is that of its first day."""
    return Round(
        survey.id,
        survey.instrument,
        survey.audience,
        survey.opens_on.year,
        survey.title,
        survey.comparable_with,
    )


def _measured(survey: Survey, counts: Counts, areas: Sequence[str | None]) -> Iterator[Measured]:
    for question in survey.questions:
        if question.indicator is None:
            continue
        for area in areas:
            kernen = survey.kernen if area is None else (area,)
            given = Counter({choice.id: 0 for choice in question.choices})
            for kern in kernen:
                given.update(counts.get((kern, question.id), {}))
            yield _of_question(question, question.indicator, area, given, _invited(survey, kernen))


def _of_question(
    question: Question, indicator: str, area: str | None, given: Mapping[str, int], invited: int | None
) -> Measured:
    if question.unit == "mark":
        return of_marks(area, indicator, given, invited)
    agreeing = frozenset(choice.id for choice in question.choices if choice.agrees)
    return of_choices(area, indicator, given, agreeing, invited)


def _invited(survey: Survey, kernen: Sequence[str]) -> int | None:
    """How many were asked, if that is known of all these kernen."""
    asked = [survey.invited.get(kern) for kern in kernen]
    return None if None in asked else sum(number or 0 for number in asked)
