# SPDX-License-Identifier: EUPL-1.2
"""A group of people of whom numbers are known: how many, and between which bounds their answers sum up.

Who reads two results finds a third by subtracting: of those who are in one of them only.
"""

import math
from dataclasses import dataclass
from typing import Self

from services.surveys.results.model import BEST_MARK, WORST_MARK
from shared.contracts.surveys import Unit

# The least and the most that one answer adds to a sum; a value is the mean of the sum, times the factor.
SCALES: dict[Unit, tuple[int, int, int]] = {"mark": (WORST_MARK, BEST_MARK, 1), "percentage": (0, 1, 100)}
ALMOST = 1e-9  # what is lost in adding fractions


@dataclass(frozen=True)
class Group:
    """`low` and `high` are bounds, since a value is rounded to the last decimal shown."""

    size: int
    low: float
    high: float
    unit: Unit

    @classmethod
    def of(cls, size: int, value: float, unit: Unit) -> Self:
        factor = SCALES[unit][2]
        half = (0.05 if math.isclose(value, round(value, 1)) else 0.005) * size / factor
        return cls(size, value * size / factor - half, value * size / factor + half, unit)

    @property
    def reach(self) -> int:
        """How much one answer can make of a difference."""
        least, most, _ = SCALES[self.unit]
        return most - least

    @property
    def is_all_alike(self) -> bool:
        """Whether all but one at most must have given the worst answer, or the best: that one would know
        everybody's.
        """
        least, most, _ = SCALES[self.unit]
        worst, best = least * self.size, most * self.size
        return self.low > best - self.reach - 1 or self.high < worst + self.reach + 1

    @property
    def adds_up(self) -> bool:
        """Whether answers can have this sum. What is left of numbers that a source weighed often cannot: then
        it is no group of people, and shows nobody.
        """
        least, most, _ = SCALES[self.unit]
        fits = self.low <= most * self.size + ALMOST and self.high >= least * self.size - ALMOST
        return self.size <= 0 or fits

    def less(self, *others: "Group") -> "Group":
        size, low, high = self.size, self.low, self.high
        for other in others:
            size, low, high = size - other.size, low - other.high, high - other.low
        return Group(size, low, high, self.unit)

    def leaves_all_alike(self, part: "Group") -> bool:
        """Whether, if one holds the other, those who are in one only must all have answered the same."""
        joined = self.less(part) if self.size >= part.size else part.less(self)
        return joined.size > 0 and joined.adds_up and joined.is_all_alike

    def hides_the_change_from(self, before: "Group", crowd: int) -> bool:
        """Whether nobody can find the answers of few in what is between the two."""
        joined = self.less(before) if self.size >= before.size else before.less(self)
        if joined.size:
            return joined.size >= crowd and not joined.is_all_alike
        apart = max(joined.low, -joined.high)  # 0 or less: it may be nothing but rounding
        is_lost = self.reach <= self.high - self.low  # one answer is less than the last decimal
        return apart <= ALMOST or is_lost or math.ceil(apart / self.reach - ALMOST) >= crowd
