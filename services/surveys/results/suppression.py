# SPDX-License-Identifier: EUPL-1.2
"""Which results stay unpublished, so that no published number exposes a person.

Source: domain.md "Measuring": a result of fewer than ten answers is suppressed, and no suppressed cell can be
found by subtracting others. Whoever reads the events knows every published kern, the whole municipality, and
these rules. Subtracting leaves the suppressed kernen together; so that group must be a blend from which none
of them can be distinguished. If it is not, the smallest kernen after them join it; if even all of them do not
blend, the result of the whole municipality stays unpublished too.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True)
class Sample:
    """The answers of one kern to one question: how many (None: unknown), and as far as is known how many gave
    each.
    """

    n: int | None
    counts: Mapping[str, int]

    @property
    def alike(self) -> bool:
        return are_alike(self.counts.values())


@dataclass(frozen=True)
class Cell:
    """One kern in one round, its samples by indicator.

    `held`: it was suppressed before and stays so, for what was published then could give it away now.
    `shown`: its numbers are in the stream for ever, so that they cannot hide another's.
    """

    kern: str
    samples: Mapping[str, Sample]
    held: bool = False
    shown: bool = False

    @property
    def least(self) -> int | None:
        """The fewest answers to any question; None if that is known of none."""
        return min((s.n for s in self.samples.values() if s.n is not None), default=None)


@dataclass(frozen=True)
class Hidden:
    """The kernen whose results are suppressed, in all indicators alike; and whether the municipality's do."""

    kernen: frozenset[str]
    total: bool


def are_alike(counts: Collection[int]) -> bool:
    """Whether all but one at most gave the same answer: that one would know everybody's."""
    return bool(counts) and sum(counts) - max(counts) < 2


def hide(cells: Sequence[Cell], totals: Collection[str], below: int) -> Hidden:
    """What must not be published of a round; `totals` are the indicators with a municipality's result.

    A kern is hidden for all indicators or none: otherwise two of them would differ and reveal why.
    """
    hidden = [cell for cell in cells if cell.held or _is_exposing(cell, below)]
    if not hidden or not totals:
        return Hidden(frozenset(cell.kern for cell in hidden), total=False)
    spare = [cell for cell in cells if cell not in hidden and not cell.shown]
    for _n, equals in groupby(sorted(spare, key=_size), key=_size):
        if _blend(hidden, totals, below):
            break
        hidden += equals  # all of them: the choice of one among equals would distinguish them
    return Hidden(frozenset(cell.kern for cell in hidden), total=not _blend(hidden, totals, below))


def _is_exposing(cell: Cell, below: int) -> bool:
    is_small = cell.least is not None and cell.least < below
    return is_small or any(sample.alike for sample in cell.samples.values())


def _size(cell: Cell) -> int:
    # One of which it is unknown how many answered cannot be counted on: it comes last.
    return 10**9 if cell.least is None else cell.least


def _blend(hidden: Sequence[Cell], indicators: Collection[str], below: int) -> bool:
    """Whether none of these can be distinguished from the others, in any of the indicators."""
    unknown = [cell for cell in hidden if not cell.shown]
    return bool(unknown) and all(
        _is_blend([cell.samples[indicator] for cell in unknown if indicator in cell.samples], below)
        for indicator in indicators
    )


def _is_blend(samples: Sequence[Sample], below: int) -> bool:
    counted = [sample.n for sample in samples if sample.n is not None]
    together = sum((Counter(sample.counts) for sample in samples), Counter[str]())
    return not samples or (
        len(counted) > 1
        and sum(counted) >= below
        and any(n != below - 1 for n in counted)  # all at the most that is small: their sum would reveal it
        and not are_alike(together.values())  # that of the group would be that of each
    )
