# SPDX-License-Identifier: EUPL-1.2
"""Where the marks of one measure stand in its picture: across in percent, so that it fits any screen; down
in pixels. Everything in it stands in the table below it as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

from services.analytics.overview.pages.formats import score
from services.analytics.overview.survey_views import Goal, Measure

TOP, BOTTOM, HEIGHT = 24, 196, 230
LEFT, RIGHT = 12, 92  # percent
ABOVE, BELOW = -12, 24  # from a dot to its figure


@dataclass(frozen=True)
class Tick:
    at: str
    text: str


@dataclass(frozen=True)
class Dot:
    """One round; an indicative one is hollow. `text_y` is where its figure stands."""

    x: str
    y: str
    text_y: str
    text: str
    indicative: bool


@dataclass(frozen=True)
class Square:
    """What others scored."""

    x: str
    y: str


@dataclass(frozen=True)
class Plot:
    height: int
    bottom: int
    left: str
    years: Sequence[Tick]
    scale: Sequence[Tick]
    dots: Sequence[Dot]
    squares: Sequence[Square]
    goals: Sequence[Tick]


def plot(measure: Measure) -> Plot | None:
    """The picture of rounds beside each other, or beside others or a goal; None if nothing is to compare.

    A suppressed round is not in it, not even as a gap of which the year could be seen.
    """
    shown = [(it.year, it.value, it.standing) for it in measure.rounds if it.value is not None]
    if not shown or len(shown) + len(measure.others) + len(measure.goals) < 2:
        return None
    points = [(year, value) for year, value, _ in shown]
    points += [(it.year, it.value) for it in measure.others] + [(it.year, it.value) for it in measure.goals]
    scale = _scale([value for _, value in points], measure.unit)
    years = sorted({year for year, _ in points})

    def x(year: int) -> str:
        return _percent((year - years[0]) / (years[-1] - years[0]) if len(years) > 1 else 0.5)

    def y(value: float) -> str:
        return _pixels((value - scale[0]) / (scale[-1] - scale[0]))

    lower = {(it.year, value) for it in measure.others for _, value, _ in shown if it.value < value}
    dots = []
    for year, value, standing in shown:
        text_y = float(y(value)) + (ABOVE if (year, value) in lower else BELOW)
        text = score(value, measure.unit)
        dots.append(Dot(x(year), y(value), f"{text_y:.1f}", text, standing == "indicative"))
    return Plot(
        height=HEIGHT,
        bottom=BOTTOM,
        left=_percent(0),
        years=[Tick(x(year), str(year)) for year in years],
        scale=[Tick(y(value), score(value, measure.unit).replace(",0", "")) for value in scale],
        dots=dots,
        squares=[Square(x(it.year), y(it.value)) for it in measure.others],
        goals=[Tick(y(goal.value), _wanted(goal, measure)) for goal in measure.goals],
    )


def lines(plot: Plot) -> list[tuple[Dot, Dot]]:
    """From each round to the next."""
    return list(pairwise(plot.dots))


def _wanted(goal: Goal, measure: Measure) -> str:
    return f"Doel voor {goal.year}: {score(goal.value, measure.unit)}"


def _scale(values: Sequence[float], unit: str) -> list[float]:
    """Whole marks around what is shown, with room for the figures; percentages always from 0 to 100."""
    if unit == "percentage":
        return [0, 50, 100]
    low, high = max(floor(min(values) - 0.5), 1), min(ceil(max(values) + 0.5), 10)
    return [float(mark) for mark in range(low, high + 1)]


def _percent(part: float) -> str:
    return f"{LEFT + part * (RIGHT - LEFT):.1f}%"


def _pixels(part: float) -> str:
    return f"{BOTTOM - part * (BOTTOM - TOP):.1f}"
