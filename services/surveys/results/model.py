# SPDX-License-Identifier: EUPL-1.2
"""From answers to numbers, and from what may be known of those to the events that publish it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.surveys.results import noise
from services.surveys.results.noise import Noise
from shared.contracts.commands import Act
from shared.contracts.surveys import (
    AnswersFrom,
    Audience,
    Instrument,
    Share,
    Standing,
    SurveyCompleted,
    SurveyCorrected,
    Unit,
)
from shared.municipality import Municipality

WORST_MARK, BEST_MARK = 1, 10
Place = tuple[str | None, str]  # the kern, or None for the whole municipality; and the indicator


@dataclass(frozen=True)
class Round:
    """Of which round a result is, on whose answers it rests, and with what it may be compared."""

    survey_id: str
    instrument: Instrument
    audience: Audience
    year: int
    source: str
    comparable_with: tuple[Instrument, ...]
    answers_from: AnswersFrom


@dataclass(frozen=True)
class Measured:
    """One indicator in one kern, or in the whole municipality (`kern` None), before anything is suppressed.

    `value` is a mark or a percentage, None if nobody answered or the source keeps it secret; `distribution`
    is how many gave each answer.
    """

    kern: str | None
    indicator: str
    unit: Unit
    n: int | None
    value: float | None
    spread: float | None = None
    distribution: tuple[tuple[str, int], ...] = ()
    invited: int | None = None

    @property
    def place(self) -> Place:
        return self.kern, self.indicator


@dataclass(frozen=True)
class Disclosed:
    """The same, as everybody may know it; of a suppressed one no number is left."""

    measured: Measured
    standing: Standing


@dataclass(frozen=True)
class Thresholds:
    """Fewer answers than `suppress_below` are not shown; fewer than `indicative_below` are marked."""

    suppress_below: int
    indicative_below: int


def thresholds_in(rules: Municipality) -> Thresholds:
    return Thresholds(rules.suppress_below, rules.indicative_below)


def of_marks(
    kern: str | None,
    indicator: str,
    counts: Mapping[str, int],
    invited: int | None,
    cover: Noise = noise.none,
) -> Measured:
    """The mean of marks from 1 to 10 and its standard deviation, to one decimal."""
    n = sum(counts.values())
    total = sum(int(mark) * count for mark, count in counts.items())
    squares = sum(int(mark) ** 2 * count for mark, count in counts.items())
    return Measured(
        kern,
        indicator,
        "mark",
        n,
        value=_tenths(_within(WORST_MARK * n, total + cover(BEST_MARK - WORST_MARK), BEST_MARK * n), n)
        if n
        else None,
        spread=round(math.sqrt(n * squares - total**2) / n, 1) if n else None,
        distribution=tuple(sorted(counts.items(), key=lambda item: int(item[0]))),
        invited=invited,
    )


def of_choices(
    kern: str | None,
    indicator: str,
    counts: Mapping[str, int],
    agreeing: frozenset[str],
    invited: int | None,
    cover: Noise = noise.none,
) -> Measured:
    """The share that chose one of the `agreeing` answers, as a percentage to one decimal."""
    n = sum(counts.values())
    agreed = sum(count for answer, count in counts.items() if answer in agreeing)
    return Measured(
        kern,
        indicator,
        "percentage",
        n,
        value=_tenths(100 * _within(0, agreed + cover(1), n), n) if n else None,
        distribution=tuple(counts.items()),
        invited=invited,
    )


def completed(result: Disclosed, of: Round, act: Act) -> SurveyCompleted:
    return SurveyCompleted(**_facts(result, of, act))


def corrected(result: Disclosed, of: Round, act: Act) -> SurveyCorrected:
    return SurveyCorrected(**_facts(result, of, act))


def _tenths(part: int, whole: int) -> float:
    """A quotient to one decimal, halves up, as people round."""
    return (20 * part + whole) // (2 * whole) / 10


def _within(least: int, number: int, most: int) -> int:
    return min(max(number, least), most)


def _facts(result: Disclosed, of: Round, act: Act) -> dict[str, Any]:
    measured = result.measured
    return {
        **vars(of),
        "happened_on": act.happened_on,
        "kernen": () if measured.kern is None else (measured.kern,),
        "actor": act.actor,
        "origin": act.origin,
        "indicator": measured.indicator,
        "unit": measured.unit,
        "standing": result.standing,
        "invited": measured.invited,
        "n": measured.n,
        "value": measured.value,
        "spread": measured.spread,
        "distribution": tuple(Share(answer=answer, count=count) for answer, count in measured.distribution),
    }
