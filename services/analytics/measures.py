# SPDX-License-Identifier: EUPL-1.2
"""The fold of what was measured and told; as `projection.py`, of which it is a part.

A result is a subject of its own, and a correction its next event: it takes the place of the whole result.
"""

from collections.abc import Callable
from typing import Any

from services.analytics.model import Benchmark, Entity, Result, Story, Survey, changed
from shared.contracts import surveys as s
from shared.contracts.envelope import EventData


def opened(_: Entity | None, said: s.SurveyOpened) -> Survey:
    return Survey(said.kernen, _example(said), said.title, said.audience, said.opens_on, said.closes_on)


def closed(entity: Entity | None, said: s.SurveyClosed) -> Survey:
    if isinstance(entity, Survey):
        return changed(entity, closed=True)
    return Survey(said.kernen, _example(said), "", said.audience, said.happened_on, said.happened_on, True)


def measured(_: Entity | None, said: s.Result) -> Result:
    return Result(
        kernen=said.kernen,
        example=_example(said),
        survey_id=said.survey_id,
        instrument=said.instrument,
        indicator=said.indicator,
        audience=said.audience,
        year=said.year,
        unit=said.unit,
        standing=said.standing,
        n=said.n,
        value=said.value,
        spread=said.spread,
        comparable_with=said.comparable_with,
        source=said.source,
    )


def compared(_: Entity | None, said: s.BenchmarkRecorded) -> Benchmark:
    return Benchmark(
        kernen=said.kernen,
        example=_example(said),
        area=said.area,
        instrument=said.instrument,
        indicator=said.indicator,
        year=said.year,
        unit=said.unit,
        value=said.value,
        n=said.n,
        source=said.source,
    )


def published(_: Entity | None, said: s.StoryPublished) -> Story:
    return Story(said.kernen, _example(said), said.happened_on)


def withdrawn(_: Entity | None, said: s.StoryWithdrawn) -> Story:
    return Story(said.kernen, _example(said), said.happened_on, withdrawn=True)


FOLDS: dict[type[EventData], Callable[[Entity | None, Any], Entity]] = {
    s.SurveyOpened: opened,
    s.SurveyClosed: closed,
    s.SurveyCompleted: measured,
    s.SurveyCorrected: measured,
    s.BenchmarkRecorded: compared,
    s.StoryPublished: published,
    s.StoryWithdrawn: withdrawn,
}


def _example(said: EventData) -> bool:
    return said.origin == "example"
