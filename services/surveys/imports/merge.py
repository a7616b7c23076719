# SPDX-License-Identifier: EUPL-1.2
"""An import meets what was known of its round: what may be known now, after all that was published before."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.surveys.results.corrections import Version, may_change, may_follow
from services.surveys.results.disclosure import cell_of, conceal, disclose, distributions, suppressed
from services.surveys.results.model import Disclosed, Measured, Place, Thresholds
from services.surveys.results.suppression import Cell, Sample
from shared.contracts.envelope import Origin
from shared.contracts.surveys import Instrument


@dataclass(frozen=True)
class SourceResult:
    """A result as its source gives it."""

    measured: Measured
    source: str
    comparable_with: tuple[Instrument, ...]


@dataclass(frozen=True)
class ImportedResult:
    """A result that was imported before: under which id, as the source gave it, and as it is published.

    `versions` is all that was ever published of it.
    """

    result_id: str
    given: SourceResult
    disclosed: Disclosed
    versions: tuple[Version, ...]
    origin: Origin

    @property
    def is_shown(self) -> bool:
        return self.disclosed.standing != "suppressed"

    def last_published(self, indicator: str) -> Measured:
        """The numbers that are in the stream, also if they were taken back."""
        last, its = self.versions[-1], self.given.measured
        return Measured(its.kern, indicator, its.unit, last.n, last.value)


def disclose_rows(
    rows: Mapping[Place, SourceResult], before: Mapping[Place, ImportedResult], limits: Thresholds
) -> dict[Place, Disclosed]:
    """What may be known of every result of a round.

    Where there is a result of the municipality, an indicator changes whole or not at all. If one of its
    results must stay as it was published, the others would show how few answers that is behind.
    """
    settled = {place: _settled(row.measured, before.get(place), limits) for place, row in rows.items()}
    disclosed = _disclose(settled, before, limits)
    behind = {
        indicator
        for indicator in {indicator for kern, indicator in rows if kern is None}
        if not _may_be_seen(indicator, rows, disclosed, before, limits)
    }
    if not behind:
        return disclosed
    stays = {
        place: old.disclosed.measured
        for place, old in before.items()
        if place[1] in behind and _is_publishable(rows[place].measured, old, limits)
    }
    waits = {p for p in rows if p[1] in behind and (p not in before or not before[p].versions)}
    disclosed = _disclose(settled | stays, before, limits)
    return disclosed | {place: suppressed(settled[place]) for place in waits}


def is_news(before: ImportedResult, row: SourceResult, disclosed: Disclosed) -> bool:
    """Whether something else was published before. What is suppressed may change without an event."""
    published = (before.given.source, before.given.comparable_with)
    return disclosed != before.disclosed or (row.source, row.comparable_with) != published


def is_kept(row: SourceResult, shown: Measured) -> bool:
    """Whether the source says otherwise, and what was published stays."""
    given = row.measured
    return shown.value is not None and (shown.n, shown.value) != (given.n, given.value)


def _may_be_seen(
    indicator: str,
    rows: Mapping[Place, SourceResult],
    disclosed: Mapping[Place, Disclosed],
    before: Mapping[Place, ImportedResult],
    limits: Thresholds,
) -> bool:
    """Whether what would be published now shows nobody, beside what was published before."""
    known = {kern: old for (kern, of), old in before.items() if of == indicator and old.versions}
    if not known:
        return True
    shown = {
        kern: each.measured
        for (kern, of), each in disclosed.items()
        if of == indicator and each.standing != "suppressed"
    }
    if any(kern in shown and is_kept(rows[kern, indicator], shown[kern]) for kern in known):
        return False
    if None in known and known[None].is_shown and None not in shown:
        return False  # it is in the stream, and what is published now would have it taken back
    in_stream = {kern: old.last_published(indicator) for kern, old in known.items()}
    versions = {kern: old.versions for kern, old in known.items()}
    return may_change(in_stream | shown, versions, limits.suppress_below)


def _settled(new: Measured, old: ImportedResult | None, limits: Thresholds) -> Measured:
    """What takes the place of a result, or the result as it is if the new one must not be seen beside it."""
    if old is None or not _is_publishable(new, old, limits):
        return new
    published = old.disclosed.measured
    if (new.n, new.value) == (published.n, published.value) or not may_follow(
        new, old.versions, limits.suppress_below
    ):
        return published
    # The mean alone: two distributions, or two spreads, would tell more of the difference than two means.
    return replace(new, spread=None, distribution=())


def _is_publishable(new: Measured, old: ImportedResult, limits: Thresholds) -> bool:
    is_few = new.n is not None and new.n < limits.suppress_below
    return old.is_shown and new.value is not None and not is_few


def _disclose(
    settled: Mapping[Place, Measured], before: Mapping[Place, ImportedResult], limits: Thresholds
) -> dict[Place, Disclosed]:
    measured = list(settled.values())
    hidden = conceal([*_kernen(settled, before), *_rest(settled, limits.suppress_below)], measured, limits)
    if any(old.versions and not old.is_shown for (kern, _), old in before.items() if kern is None):
        hidden = replace(hidden, total=True)  # it was taken back, and would give away why
    seen = {place for place, old in before.items() if any(each.has_distribution for each in old.versions)}
    detailed = distributions(measured, hidden, limits, seen) | seen
    return {place: disclose(m, hidden, limits, detailed) for place, m in settled.items()}


def _kernen(settled: Mapping[Place, Measured], before: Mapping[Place, ImportedResult]) -> list[Cell]:
    measured: dict[str, list[Measured]] = defaultdict(list)
    for (kern, _indicator), each in settled.items():
        if kern is not None:
            measured[kern].append(each)
    held = {kern for (kern, _), old in before.items() if not old.is_shown}
    held -= {kern for (kern, _), old in before.items() if old.is_shown}
    shown = {kern for (kern, _), old in before.items() if old.versions}
    return [cell_of(kern, its, held=kern in held, shown=kern in shown) for kern, its in measured.items()]


def _rest(settled: Mapping[Place, Measured], below: int) -> list[Cell]:
    """Answers in the municipality's result that no listed kern has: if they are few, they need hiding too."""
    samples: dict[str, Sample] = {}
    for (kern, indicator), whole in settled.items():
        counted = [m.n for m in settled.values() if m.kern and m.indicator == indicator]
        if kern is None and whole.n is not None and counted and None not in counted:
            rest = whole.n - sum(n or 0 for n in counted)
            if 0 < rest < below:
                samples[indicator] = Sample(rest, {"some": 2, "others": 2})
    return [Cell("the rest", samples, held=True)] if samples else []
