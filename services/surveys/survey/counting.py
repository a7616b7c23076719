# SPDX-License-Identifier: EUPL-1.2
"""From the answers to a closed survey to what may be known, in each kern and in the municipality."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from services.surveys.results import noise
from services.surveys.results.disclosure import disclose_open, disclose_round
from services.surveys.results.model import Disclosed, Measured, Round, Thresholds, of_choices, of_marks
from services.surveys.results.noise import Noise
from services.surveys.survey.model import Question, Survey

Counts = Mapping[tuple[str, str], Mapping[str, int]]  # by kern and question: how often each answer was given


def outcome(
    survey: Survey, counts: Counts, everywhere: Collection[str], limits: Thresholds, secret: str
) -> list[Disclosed]:
    """Every indicator in every kern; in the municipality only if all its kernen took part.

    Of an open link the municipality alone, and that covered by chance: who answers as often as he likes could
    make up all answers of a kern but one.
    """
    whole = (None,) if set(survey.kernen) == set(everywhere) else ()
    if survey.access == "open":
        measured = _measured(survey, counts, whole, noise.by(secret))
        return disclose_open(
            [replace(m, spread=None, distribution=(), invited=None) for m in measured], limits
        )
    return disclose_round(list(_measured(survey, counts, (*survey.kernen, *whole), noise.none)), limits)


def round_of(survey: Survey) -> Round:
    """A round's year is that of its first day."""
    return Round(
        survey.id,
        survey.instrument,
        survey.audience,
        survey.opens_on.year,
        survey.title,
        survey.comparable_with,
        answers_from=survey.access,
    )


def _measured(
    survey: Survey, counts: Counts, areas: Sequence[str | None], cover: Noise
) -> Iterator[Measured]:
    for question in survey.questions:
        if question.indicator is None:
            continue
        for area in areas:
            kernen = survey.kernen if area is None else (area,)
            given = Counter({choice.id: 0 for choice in question.choices})
            for (kern, asked), of_kern in counts.items():
                if asked == question.id and (area is None or kern == area):
                    given.update(of_kern)
            yield _of_question(question, question.indicator, area, given, _invited(survey, kernen), cover)


def _of_question(
    question: Question,
    indicator: str,
    area: str | None,
    given: Mapping[str, int],
    invited: int | None,
    cover: Noise,
) -> Measured:
    if question.unit == "mark":
        return of_marks(area, indicator, given, invited, cover)
    agreeing = frozenset(choice.id for choice in question.choices if choice.agrees)
    return of_choices(area, indicator, given, agreeing, invited, cover)


def _invited(survey: Survey, kernen: Sequence[str]) -> int | None:
    """How many were asked, if that is known of all these kernen."""
    asked = [survey.invited.get(kern) for kern in kernen]
    return None if None in asked else sum(number or 0 for number in asked)
