# SPDX-License-Identifier: EUPL-1.2
"""The outcome of a round: every indicator in every kern and in the municipality, as everybody may know it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.surveys import results
from services.surveys.model import Act, Question, Survey
from services.surveys.results import Measured, Said, Thresholds
from services.surveys.suppression import hide
from shared.contracts.surveys import Audience, Instrument, Share, SurveyCompleted, SurveyCorrected

Counts = Mapping[tuple[str, str], Mapping[str, int]]  # by kern and question: how often each answer was given


@dataclass(frozen=True)
class Setting:
    """Of which round a result is, and with which instruments it may be compared."""

    survey_id: str
    instrument: Instrument
    audience: Audience
    year: int
    source: str
    comparable_with: tuple[Instrument, ...]


def of_survey(survey: Survey, counts: Counts, everywhere: Collection[str], limits: Thresholds) -> list[Said]:
    """What may be said of a closed survey; of the municipality only if all its kernen took part."""
    measured = list(_measured(survey, counts, survey.kernen))
    if set(survey.kernen) == set(everywhere):
        measured += _measured(survey, counts, (None,))
    return of_round(measured, limits)


def of_round(measured: Sequence[Measured], limits: Thresholds) -> list[Said]:
    """What may be said of one round, of which nothing was said before."""
    kernen = dict.fromkeys(m.kern for m in measured if m.kern is not None)
    cells = [results.cell_of(kern, [m for m in measured if m.kern == kern]) for kern in kernen]
    totals = [m.indicator for m in measured if m.kern is None]
    hidden = hide(cells, totals, limits.suppress_below)
    return [results.say(m, hidden, limits) for m in measured]


def setting_of(survey: Survey) -> Setting:
    """A round's year is that of its first day."""
    return Setting(
        survey.id,
        survey.instrument,
        survey.audience,
        survey.opens_on.year,
        survey.title,
        survey.comparable_with,
    )


def completed(said: Said, setting: Setting, act: Act) -> SurveyCompleted:
    return SurveyCompleted(**_facts(said, setting, act))


def corrected(said: Said, setting: Setting, act: Act) -> SurveyCorrected:
    return SurveyCorrected(**_facts(said, setting, act))


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
        return results.of_marks(area, indicator, given, invited)
    agreeing = frozenset(choice.id for choice in question.choices if choice.agrees)
    return results.of_choices(area, indicator, given, agreeing, invited)


def _invited(survey: Survey, kernen: Sequence[str]) -> int | None:
    """How many were asked, if that is known of all these kernen."""
    asked = [survey.invited.get(kern) for kern in kernen]
    return None if None in asked else sum(number or 0 for number in asked)


def _facts(said: Said, setting: Setting, act: Act) -> dict[str, Any]:
    measured = said.measured
    return {
        **vars(setting),
        "happened_on": act.happened_on,
        "kernen": () if measured.kern is None else (measured.kern,),
        "actor": act.actor,
        "origin": act.origin,
        "indicator": measured.indicator,
        "unit": measured.unit,
        "standing": said.standing,
        "invited": measured.invited,
        "n": measured.n,
        "value": measured.value,
        "spread": measured.spread,
        "distribution": tuple(Share(answer=answer, count=count) for answer, count in measured.distribution),
    }
