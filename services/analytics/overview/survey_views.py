# SPDX-License-Identifier: EUPL-1.2
"""What the overview shows of surveys: which rounds stand beside each other, and beside which goal.

Two results may be compared if they are the same indicator, asked of the same people, by the same instrument
or by one that names the other's. What was measured in a kern never stands beside a goal or a benchmark of
the municipality (domain.md, "Measuring").
"""

from collections.abc import Iterable, Sequence
from datetime import date

from services.analytics.fold.model import changed
from services.analytics.fold.survey_events import Benchmark, Result
from services.analytics.overview import labels
from shared.contracts.envelope import Data
from shared.contracts.surveys import AnswersFrom, Audience, BenchmarkArea, Instrument, Standing, Unit
from shared.municipality import Municipality

Found = tuple[str, Result]  # the id of a result, and the result


class Round(Data):
    """One result. Of a suppressed one every number is null; `n` and `spread` also where the source does not
    publish them. `value` is in the unit of its measure. `answers_from` an `open` link are not representative.
    `replaces_fictional` says that an invented one stood in its place before.
    """

    id: str
    instrument: Instrument
    name: str
    year: int
    standing: Standing
    value: float | None
    n: int | None
    spread: float | None
    source: str
    answers_from: AnswersFrom | None
    replaces_fictional: bool


class OtherScore(Data):
    """What others scored in the same measurement."""

    area: BenchmarkArea
    name: str
    year: int
    value: float
    n: int | None
    source: str


class Goal(Data):
    """What is wanted; `reached` is null as long as its year was not measured."""

    year: int
    value: float
    source: str
    reached: bool | None


class Measure(Data):
    """One indicator in rounds that may be compared with each other, the oldest first. Rounds that may not
    are another measure, whatever their indicator. Goals and others are those of the same instrument, and
    only beside what was measured in the whole municipality."""

    indicator: str
    name: str
    definition: str
    unit: Unit
    audience: Audience
    rounds: tuple[Round, ...]
    others: tuple[OtherScore, ...]
    goals: tuple[Goal, ...]


class OpenSurvey(Data):
    """It can be answered today."""

    id: str
    title: str
    audience: Audience
    closes_on: date


def real_results(results: Sequence[Found]) -> list[Found]:
    """Without the invented results of which there is a real one, and that one says what it replaces."""
    real = {_asked(it) for _, it in results if not it.example}
    invented = {_asked(it) for _, it in results if it.example}
    return [
        (subject, changed(it, replaces_example=True) if _asked(it) in real & invented else it)
        for subject, it in results
        if not (it.example and _asked(it) in real)
    ]


def real_benchmarks(benchmarks: Sequence[Benchmark]) -> list[Benchmark]:
    """Without the invented scores of which there is a real one."""
    real = {_scored(it) for it in benchmarks if not it.example}
    return [it for it in benchmarks if not (it.example and _scored(it) in real)]


def _asked(it: Result) -> tuple[str, str, str, int]:
    """What was asked of whom in one round."""
    return it.instrument, it.indicator, it.audience, it.year


def _scored(it: Benchmark) -> tuple[str, str, str, int]:
    """Who scored on what in one round."""
    return it.area, it.instrument, it.indicator, it.year


def measures_of_kern(results: Sequence[Found], rules: Municipality) -> tuple[Measure, ...]:
    """What was measured in one kern, against itself alone."""
    return _ordered((_measure(its, (), (), rules) for its in _series(results)), rules)


def measures_of_municipality(
    results: Sequence[Found], benchmarks: Sequence[Benchmark], rules: Municipality
) -> tuple[Measure, ...]:
    """What was measured in the whole municipality, with its goals and what others scored."""
    found = []
    for its in _series(results):
        others = [_other(it) for it in benchmarks if _is_alike(it, its)]
        found.append(_measure(its, others, _goals(its, rules), rules))
    return _ordered(found, rules)


def _series(results: Sequence[Found]) -> list[list[Found]]:
    """Every result beside those that came before it, if it may be compared with each of them."""
    series: list[list[Found]] = []
    for found in sorted(results, key=lambda it: it[1].year):
        for its in series:
            if all(_are_comparable(found[1], other) for _, other in its):
                its.append(found)
                break
        else:
            series.append([found])
    return series


def _are_comparable(one: Result, other: Result) -> bool:
    same = (one.indicator, one.audience, one.unit) == (other.indicator, other.audience, other.unit)
    named = one.instrument in other.comparable_with or other.instrument in one.comparable_with
    return same and (one.instrument == other.instrument or named)


def _is_alike(it: Benchmark, its: Sequence[Found]) -> bool:
    """Residents of elsewhere were asked the same, by the same instrument."""
    own = {(r.indicator, r.unit, r.audience, r.instrument) for _, r in its}
    return own == {(it.indicator, it.unit, "residents", it.instrument)}


def _goals(its: Sequence[Found], rules: Municipality) -> list[Goal]:
    asked = {(r.indicator, r.audience, r.instrument) for _, r in its}
    goals = []
    for target in rules.targets:
        if asked == {(target.indicator, "residents", target.instrument)}:
            values = [r.value for _, r in its if r.year == target.year and r.value is not None]
            reached = values[-1] >= target.value if values else None
            goals.append(Goal(year=target.year, value=target.value, source=target.source, reached=reached))
    return goals


def _measure(
    its: Sequence[Found], others: Sequence[OtherScore], goals: Sequence[Goal], rules: Municipality
) -> Measure:
    first = its[0][1]
    known = rules.indicator(first.indicator)
    return Measure(
        indicator=first.indicator,
        name=known.name if known else first.indicator,
        definition=f"{labels.UNITS[first.unit]} {labels.ASKED[first.audience]}",
        unit=first.unit,
        audience=first.audience,
        rounds=tuple(_round(result_id, it) for result_id, it in its),
        others=tuple(others),
        goals=tuple(goals),
    )


def _round(result_id: str, it: Result) -> Round:
    return Round(
        id=result_id,
        instrument=it.instrument,
        name=labels.INSTRUMENTS[it.instrument],
        year=it.year,
        standing=it.standing,
        value=it.value,
        n=it.n,
        spread=it.spread,
        source=it.source,
        answers_from=it.answers_from,
        replaces_fictional=it.replaces_example,
    )


def _other(it: Benchmark) -> OtherScore:
    return OtherScore(
        area=it.area,
        name=labels.AREAS[it.area],
        year=it.year,
        value=it.value,
        n=it.n,
        source=it.source,
    )


def _ordered(measures: Iterable[Measure], rules: Municipality) -> tuple[Measure, ...]:
    """What has a goal first, then what others scored too; then as the municipality's file lists them."""
    order = {indicator.slug: number for number, indicator in enumerate(rules.indicators)}

    def place(it: Measure) -> tuple[bool, bool, int, str]:
        return not it.goals, not it.others, order.get(it.indicator, len(order)), it.audience

    return tuple(sorted(measures, key=place))
