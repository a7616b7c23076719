# SPDX-License-Identifier: EUPL-1.2
"""An import meets what was known of its round: what may be known now, after all that was published before."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from services.surveys.results.disclosure import cell_of, disclose
from services.surveys.results.model import Disclosed, Measured, Thresholds
from services.surveys.results.suppression import Cell, Sample, hide
from shared.contracts.surveys import Instrument

Place = tuple[str | None, str]  # the kern, or None for the whole municipality; and the indicator


@dataclass(frozen=True)
class SourceResult:
    """A result as its source gives it."""

    measured: Measured
    source: str
    comparable_with: tuple[Instrument, ...]


@dataclass(frozen=True)
class ImportedResult:
    """A result that was imported before: under which id, as the source gave it, and as it was published."""

    result_id: str
    given: SourceResult
    disclosed: Disclosed


def disclose_rows(
    rows: Mapping[Place, SourceResult], before: Mapping[Place, ImportedResult], limits: Thresholds
) -> dict[Place, Disclosed]:
    """What may be known of every result of a round."""
    cells = [*_kernen(rows, before), *_rest(rows, limits.suppress_below)]
    totals = [indicator for kern, indicator in rows if kern is None]
    hidden = hide(cells, totals, limits.suppress_below)
    return {place: disclose(row.measured, hidden, limits) for place, row in rows.items()}


def is_news(before: ImportedResult, row: SourceResult, disclosed: Disclosed) -> bool:
    """Whether something else was published before. What is suppressed may change without an event."""
    published = (before.given.source, before.given.comparable_with)
    return disclosed != before.disclosed or (row.source, row.comparable_with) != published


def _kernen(rows: Mapping[Place, SourceResult], before: Mapping[Place, ImportedResult]) -> list[Cell]:
    measured: dict[str, list[Measured]] = defaultdict(list)
    for (kern, _indicator), row in rows.items():
        if kern is not None:
            measured[kern].append(row.measured)
    was_suppressed: dict[str | None, set[bool]] = defaultdict(set)
    for (kern, _indicator), old in before.items():
        was_suppressed[kern].add(old.disclosed.standing == "suppressed")
    return [
        cell_of(kern, its, held=True in was_suppressed[kern], shown=False in was_suppressed[kern])
        for kern, its in measured.items()
    ]


def _rest(rows: Mapping[Place, SourceResult], below: int) -> list[Cell]:
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
