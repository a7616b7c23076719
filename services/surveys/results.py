# SPDX-License-Identifier: EUPL-1.2
"""From answers to results: what was measured, and of that what may be said."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.surveys.suppression import Cell, Hidden, Sample
from shared.contracts.surveys import Standing, Unit

WORST_MARK, BEST_MARK = 1, 10


@dataclass(frozen=True)
class Measured:
    """One indicator in one kern, or in the whole municipality (`kern` None), before anything is suppressed.

    `value` is a mark or a percentage, None if nobody answered; `distribution` is how many gave each answer.
    """

    kern: str | None
    indicator: str
    unit: Unit
    n: int | None
    value: float | None
    spread: float | None = None
    distribution: tuple[tuple[str, int], ...] = ()
    invited: int | None = None


@dataclass(frozen=True)
class Said:
    """The same, as everybody may know it; of a suppressed one no number is left."""

    measured: Measured
    standing: Standing


@dataclass(frozen=True)
class Thresholds:
    """Fewer answers than `suppress_below` are not shown; fewer than `indicative_below` are marked."""

    suppress_below: int
    indicative_below: int


def of_marks(kern: str | None, indicator: str, counts: Mapping[str, int], invited: int | None) -> Measured:
    """The mean of marks from 1 to 10 and its standard deviation, to one decimal."""
    n = sum(counts.values())
    total = sum(int(mark) * count for mark, count in counts.items())
    squares = sum(int(mark) ** 2 * count for mark, count in counts.items())
    return Measured(
        kern,
        indicator,
        "mark",
        n,
        value=_tenths(total, n) if n else None,
        spread=round(math.sqrt(n * squares - total**2) / n, 1) if n else None,
        distribution=tuple(sorted(counts.items(), key=lambda item: int(item[0]))),
        invited=invited,
    )


def of_choices(
    kern: str | None, indicator: str, counts: Mapping[str, int], agreeing: frozenset[str], invited: int | None
) -> Measured:
    """The share that chose one of the `agreeing` answers, as a percentage to one decimal."""
    n = sum(counts.values())
    agreed = sum(count for answer, count in counts.items() if answer in agreeing)
    return Measured(
        kern,
        indicator,
        "percentage",
        n,
        value=_tenths(100 * agreed, n) if n else None,
        distribution=tuple(counts.items()),
        invited=invited,
    )


def cell_of(kern: str, measured: Sequence[Measured], held: bool = False, shown: bool = False) -> Cell:
    """A kern's measurements of one round, as suppression looks at them."""
    return Cell(kern, {m.indicator: Sample(m.n, _answers(m)) for m in measured}, held, shown)


def say(measured: Measured, hidden: Hidden, limits: Thresholds) -> Said:
    """What may be published of it."""
    concealed = hidden.total if measured.kern is None else measured.kern in hidden.kernen
    if concealed or (measured.n is not None and measured.n < limits.suppress_below):
        bare = Measured(measured.kern, measured.indicator, measured.unit, n=None, value=None)
        return Said(bare, "suppressed")
    if measured.kern is None and hidden.kernen:
        # An answer that nobody among the hidden gave would show as a difference of nought.
        measured = replace(measured, distribution=())
    indicative = measured.n is not None and measured.n < limits.indicative_below
    return Said(measured, "indicative" if indicative else "published")


def _answers(measured: Measured) -> frozenset[str]:
    """What is known of the different answers behind a value: one alone would tell everybody's."""
    value = measured.value
    if value is None:
        return frozenset()
    if measured.unit == "percentage":
        return frozenset({"agree"} if value >= 100 else {"other"} if value <= 0 else {"agree", "other"})
    if measured.distribution:
        return frozenset(answer for answer, count in measured.distribution if count)
    if measured.spread == 0 or value in (WORST_MARK, BEST_MARK):
        return frozenset({f"{value:g}"})
    return frozenset({"lower", "higher"})


def _tenths(part: int, whole: int) -> float:
    """A quotient to one decimal, halves up, as people round."""
    return (20 * part + whole) // (2 * whole) / 10
