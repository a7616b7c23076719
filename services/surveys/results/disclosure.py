# SPDX-License-Identifier: EUPL-1.2
"""What of a round may be published: every indicator in every kern and in the municipality."""

from collections.abc import Sequence
from dataclasses import replace

from services.surveys.results.model import BEST_MARK, WORST_MARK, Disclosed, Measured, Thresholds
from services.surveys.results.suppression import Cell, Hidden, Sample, hide


def disclose_round(measured: Sequence[Measured], limits: Thresholds) -> list[Disclosed]:
    """What may be known of one round, of which nothing was published before."""
    kernen = dict.fromkeys(m.kern for m in measured if m.kern is not None)
    cells = [cell_of(kern, [m for m in measured if m.kern == kern]) for kern in kernen]
    totals = [m.indicator for m in measured if m.kern is None]
    hidden = hide(cells, totals, limits.suppress_below)
    return [disclose(m, hidden, limits) for m in measured]


def cell_of(kern: str, measured: Sequence[Measured], held: bool = False, shown: bool = False) -> Cell:
    """A kern's measurements of one round, as suppression looks at them."""
    return Cell(kern, {m.indicator: Sample(m.n, _answers(m)) for m in measured}, held, shown)


def disclose(measured: Measured, hidden: Hidden, limits: Thresholds) -> Disclosed:
    """What may be known of it."""
    concealed = hidden.total if measured.kern is None else measured.kern in hidden.kernen
    if concealed or (measured.n is not None and measured.n < limits.suppress_below):
        bare = Measured(measured.kern, measured.indicator, measured.unit, n=None, value=None)
        return Disclosed(bare, "suppressed")
    if measured.kern is None and hidden.kernen:
        # An answer that nobody among the hidden gave would show as a difference of nought.
        measured = replace(measured, distribution=())
    indicative = measured.n is not None and measured.n < limits.indicative_below
    return Disclosed(measured, "indicative" if indicative else "published")


def _answers(measured: Measured) -> frozenset[str]:
    """What is known of the different answers behind a value: one alone would reveal everybody's."""
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
