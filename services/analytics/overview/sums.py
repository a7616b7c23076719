# SPDX-License-Identifier: EUPL-1.2
"""Sums of cells, as the overview needs them. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping

from services.analytics.read_model.cells import Cell
from shared.contracts.envelope import WHOLE_MUNICIPALITY

BUDGET, RESERVED, COMMITTED, PAID, SETTLED = "budget", "reserved", "committed", "paid", "settled"
CONTRIBUTED = {"contributed": COMMITTED, "contribution-paid": PAID}
REACHED = "reached"  # percents, of one line in one year: never added up
MONEY = {BUDGET, RESERVED, COMMITTED, PAID, SETTLED, REACHED}


class Sums:
    """The cells of one municipality, seen for one year or (None) for all years together.

    At a kern, contributions to sorts of organisations that are `persons` are left out: the amount
    would be one person's.
    """

    def __init__(self, cells: Mapping[Cell, int], year: int | None, persons: Collection[str]) -> None:
        self.year, self.persons = year, persons
        self._by_kern: dict[str, list[tuple[Cell, int]]] = {}
        for cell, value in cells.items():
            self._by_kern.setdefault(cell.kern, []).append((cell, value))

    def counts(self, kern: str, prefix: str) -> Counter[str]:
        """By what follows the prefix: `initiatives` gives a count for each state."""
        found: Counter[str] = Counter()
        for cell, value in self._by_kern.get(kern, ()):
            group, _, code = cell.measure.partition(".")
            if group == prefix and self.year in (None, cell.year):
                found[code] += value
        return found

    def active(self, kern: str, year: int) -> Counter[str]:
        """Organisations by sort, active in a year: begun by its end and not ended before it."""
        found: Counter[str] = Counter()
        for cell, value in self._by_kern.get(kern, ()):
            group, _, sort = cell.measure.partition(".")
            if group == "begun" and cell.year <= year:
                found[sort] += value
            elif group == "ended" and cell.year < year:
                found[sort] -= value
        return Counter({sort: count for sort, count in found.items() if sort not in self.persons})

    def money(self, kern: str) -> dict[tuple[int, str], Counter[str]]:
        """By year and line, what is budgeted, reserved, committed, paid and settled."""
        found: dict[tuple[int, str], Counter[str]] = {}
        hidden = () if kern == WHOLE_MUNICIPALITY else self.persons
        for cell, value in self._by_kern.get(kern, ()):
            group, *rest = cell.measure.split(".")
            if group in CONTRIBUTED and rest[0] not in hidden:
                group = CONTRIBUTED[group]
            if group in MONEY and value and self.year in (None, cell.year):
                found.setdefault((cell.year, rest[-1]), Counter())[group] += value
        return found

    @property
    def closed(self) -> tuple[int, ...]:
        """The budget years that are over."""
        cells = self._by_kern.get(WHOLE_MUNICIPALITY, ())
        return tuple(sorted(c.year for c, value in cells if value and c.measure == "closed"))

    @property
    def years(self) -> tuple[int, ...]:
        """Every year that anything is known of."""
        cells = self._by_kern.get(WHOLE_MUNICIPALITY, ())
        shown = MONEY | {"initiatives", "grants", "contributed"}
        return tuple(sorted({c.year for c, value in cells if value and c.measure.split(".")[0] in shown}))

    def fictional(self, *kernen: str) -> bool:
        """Whether something invented is among the figures and lists of these kernen (`gemeente` is the
        whole) in this year."""
        cells = (it for kern in kernen for it in self._by_kern.get(kern, ()))
        return any(
            value and cell.measure == "example" and self.year in (None, cell.year or self.year)
            for cell, value in cells
        )
