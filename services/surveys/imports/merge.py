# SPDX-License-Identifier: EUPL-1.2
"""An import meets what was known of its round: what may be said now, after all that was said before."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from services.surveys import results
from services.surveys.results import Measured, Said, Thresholds
from services.surveys.suppression import Cell, Sample, hide
from shared.contracts.surveys import Instrument

Place = tuple[str | None, str]  # the kern, or None for the whole municipality; and the indicator


@dataclass(frozen=True)
class Sourced:
    """A result as its source tells it."""

    measured: Measured
    source: str
    comparable_with: tuple[Instrument, ...]


@dataclass(frozen=True)
class Kept:
    """A result that was imported before: under which id, what the source told, and what was said of it."""

    result_id: str
    sourced: Sourced
    said: Said


def say(rows: Mapping[Place, Sourced], kept: Mapping[Place, Kept], limits: Thresholds) -> dict[Place, Said]:
    """What may be said of every result of a round."""
    cells = [*_kernen(rows, kept), *_rest(rows, limits.suppress_below)]
    totals = [indicator for kern, indicator in rows if kern is None]
    hidden = hide(cells, totals, limits.suppress_below)
    return {place: results.say(row.measured, hidden, limits) for place, row in rows.items()}


def is_news(before: Kept, row: Sourced, said: Said) -> bool:
    """Whether the world was told otherwise. What is suppressed may change without anybody hearing of it."""
    told = (before.sourced.source, before.sourced.comparable_with)
    return said != before.said or (row.source, row.comparable_with) != told


def _kernen(rows: Mapping[Place, Sourced], kept: Mapping[Place, Kept]) -> list[Cell]:
    measured: dict[str, list[Measured]] = defaultdict(list)
    for (kern, _indicator), row in rows.items():
        if kern is not None:
            measured[kern].append(row.measured)
    was_suppressed: dict[str | None, set[bool]] = defaultdict(set)
    for (kern, _indicator), before in kept.items():
        was_suppressed[kern].add(before.said.standing == "suppressed")
    return [
        results.cell_of(kern, its, held=True in was_suppressed[kern], shown=False in was_suppressed[kern])
        for kern, its in measured.items()
    ]


def _rest(rows: Mapping[Place, Sourced], below: int) -> list[Cell]:
    """Answers in the municipality's result that no listed kern has: if they are few, they need hiding too."""
    listed: dict[str, list[int | None]] = defaultdict(list)
    for (kern, indicator), row in rows.items():
        if kern is not None:
            listed[indicator].append(row.measured.n)
    samples: dict[str, Sample] = {}
    for (kern, indicator), row in rows.items():
        counted = [n for n in listed[indicator] if n is not None]
        if kern is None and row.measured.n is not None and counted and len(counted) == len(listed[indicator]):
            rest = row.measured.n - sum(counted)
            if 0 < rest < below:
                samples[indicator] = Sample(rest, frozenset({"some", "others"}))
    return [Cell("the rest", samples, held=True)] if samples else []
