# SPDX-License-Identifier: EUPL-1.2
"""Surveys: which are open, what was measured, what others scored, and which stories can be read.

A result is a subject of its own, and a correction its next event: it takes the place of the whole result.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.analytics.fold.model import changed, is_example
from shared.contracts import surveys as s
from shared.contracts.envelope import EventData
from shared.contracts.surveys import AnswersFrom, Audience, BenchmarkArea, Instrument, Standing, Unit


@dataclass(frozen=True)
class Survey:
    """People can answer it from the first up to and including the last day, unless it was closed before."""

    kernen: tuple[str, ...]
    example: bool
    title: str
    audience: Audience
    first: date
    last: date
    closed: bool = False
    kind: Literal["survey"] = "survey"


@dataclass(frozen=True)
class Result:
    """One indicator of one round, in one kern or (no kernen) in the municipality, as it stands now.

    Of a suppressed one no number is known. `comparable_with` are the instruments it may be drawn against.
    `replaces_example` holds for a real one where an invented one stood before: that is no correction.
    """

    kernen: tuple[str, ...]
    example: bool
    survey_id: str
    instrument: Instrument
    indicator: str
    audience: Audience
    year: int
    unit: Unit
    standing: Standing
    n: int | None
    value: float | None
    spread: float | None
    comparable_with: tuple[Instrument, ...]
    source: str
    answers_from: AnswersFrom | None = None
    replaces_example: bool = False
    kind: Literal["result"] = "result"


@dataclass(frozen=True)
class Benchmark:
    """What others scored."""

    kernen: tuple[str, ...]
    example: bool
    area: BenchmarkArea
    instrument: Instrument
    indicator: str
    year: int
    unit: Unit
    value: float
    n: int | None
    source: str
    kind: Literal["benchmark"] = "benchmark"


@dataclass(frozen=True)
class Story:
    """A story of a resident; its text is not here. One that was withdrawn is listed nowhere."""

    kernen: tuple[str, ...]
    example: bool
    published_on: date
    withdrawn: bool = False
    kind: Literal["story"] = "story"


def opened(_: object, data: s.SurveyOpened) -> Survey:
    return Survey(data.kernen, is_example(data), data.title, data.audience, data.opens_on, data.closes_on)


def closed(before: object, data: s.SurveyClosed) -> Survey:
    if isinstance(before, Survey):
        return changed(before, closed=True)
    return Survey(data.kernen, is_example(data), "", data.audience, data.happened_on, data.happened_on, True)


def measured(before: object, data: s.Result) -> Result:
    was_example = isinstance(before, Result) and (before.example or before.replaces_example)
    return Result(
        kernen=data.kernen,
        example=is_example(data),
        survey_id=data.survey_id,
        instrument=data.instrument,
        indicator=data.indicator,
        audience=data.audience,
        year=data.year,
        unit=data.unit,
        standing=data.standing,
        n=data.n,
        value=data.value,
        spread=data.spread,
        comparable_with=data.comparable_with,
        source=data.source,
        answers_from=data.answers_from,
        replaces_example=was_example and not is_example(data),
    )


def compared(_: object, data: s.BenchmarkRecorded) -> Benchmark:
    return Benchmark(
        kernen=data.kernen,
        example=is_example(data),
        area=data.area,
        instrument=data.instrument,
        indicator=data.indicator,
        year=data.year,
        unit=data.unit,
        value=data.value,
        n=data.n,
        source=data.source,
    )


def published(_: object, data: s.StoryPublished) -> Story:
    return Story(data.kernen, is_example(data), data.happened_on)


def withdrawn(_: object, data: s.StoryWithdrawn) -> Story:
    return Story(data.kernen, is_example(data), data.happened_on, withdrawn=True)


FOLDS: dict[type[EventData], Callable[[Any, Any], Survey | Result | Benchmark | Story]] = {
    s.SurveyOpened: opened,
    s.SurveyClosed: closed,
    s.SurveyCompleted: measured,
    s.SurveyCorrected: measured,
    s.BenchmarkRecorded: compared,
    s.StoryPublished: published,
    s.StoryWithdrawn: withdrawn,
}
