# SPDX-License-Identifier: EUPL-1.2
"""What of a round may be published: every indicator in every kern and in the municipality."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from services.surveys.results.groups import Group
from services.surveys.results.model import BEST_MARK, WORST_MARK, Disclosed, Measured, Place, Thresholds
from services.surveys.results.suppression import Cell, Hidden, Sample, hide

MANY = 1_000  # answers, where a source does not say how many


def disclose_round(measured: Sequence[Measured], limits: Thresholds) -> list[Disclosed]:
    """What may be known of one round, of which nothing was published before."""
    kernen = dict.fromkeys(m.kern for m in measured if m.kern is not None)
    cells = [cell_of(kern, [m for m in measured if m.kern == kern]) for kern in kernen]
    hidden = conceal(cells, measured, limits)
    detailed = distributions(measured, hidden, limits)
    return [disclose(m, hidden, limits, detailed) for m in measured]


def disclose_open(measured: Sequence[Measured], limits: Thresholds) -> list[Disclosed]:
    """What may be known where anybody could answer: covered by chance, and at best an indication.

    Whether such answers are alike must not decide anything: who made up all but one would see it decide.
    """
    return [
        suppressed(m) if m.n is None or m.n < limits.suppress_below else Disclosed(m, "indicative")
        for m in measured
    ]


def cell_of(kern: str, measured: Sequence[Measured], held: bool = False, shown: bool = False) -> Cell:
    """A kern's measurements of one round, as suppression looks at them."""
    samples = {m.indicator: _sample(m) for m in measured}
    return Cell(kern, samples, held or any(m.value is None for m in measured), shown)


def conceal(cells: Sequence[Cell], measured: Sequence[Measured], limits: Thresholds) -> Hidden:
    """Whose results stay unpublished."""
    totals = [m for m in measured if m.kern is None]
    hidden = hide(cells, [m.indicator for m in totals], limits.suppress_below)
    exposing = any(_sample(m).alike or _rest_is_alike(m, measured, hidden) for m in totals)
    return replace(hidden, total=True) if exposing else hidden


def _rest_is_alike(whole: Measured, measured: Sequence[Measured], hidden: Hidden) -> bool:
    """Whether those who are in no published kern must all have answered the same."""
    kernen = [
        m for m in measured if m.kern and m.indicator == whole.indicator and m.kern not in hidden.kernen
    ]
    groups = [Group.of(m.n, m.value, m.unit) for m in (whole, *kernen) if m.n and m.value is not None]
    if len(groups) <= len(kernen):
        return False  # of one of them the number of answers is unknown
    rest = groups[0].less(*groups[1:])
    return rest.size > 0 and rest.adds_up and rest.is_all_alike


def distributions(
    measured: Sequence[Measured], hidden: Hidden, limits: Thresholds, seen: Collection[Place] = ()
) -> set[Place]:
    """Whose distribution may be published; `seen` are the places of which one was published before.

    None with a count of few, and none that leaves such a count by subtraction: either the municipality and
    all the kernen that it consists of show theirs, or it alone does, or only kernen do.
    """
    detailed: set[Place] = set()
    for indicator in dict.fromkeys(m.indicator for m in measured):
        its = [m for m in measured if m.indicator == indicator]
        kernen, wholes = [m for m in its if m.kern], [m for m in its if not m.kern]
        coarse = [m for m in kernen if m.kern not in hidden.kernen and _is_coarse(m, limits)]
        nothing_is_left = coarse == kernen and all(m.n == sum(k.n or 0 for k in kernen) for m in wholes)
        is_first = not any(m.place in seen for m in kernen)
        shown = [
            m for m in wholes if _is_coarse(m, limits) and not hidden.kernen and (nothing_is_left or is_first)
        ]
        if nothing_is_left or not (shown or (None, indicator) in seen):
            shown += coarse
        detailed |= {m.place for m in shown}
    return detailed


def disclose(
    measured: Measured, hidden: Hidden, limits: Thresholds, detailed: Collection[Place] = ()
) -> Disclosed:
    """What may be known of it."""
    concealed = hidden.total if measured.kern is None else measured.kern in hidden.kernen
    is_few = measured.n is not None and measured.n < limits.suppress_below
    if concealed or is_few or measured.value is None:
        return suppressed(measured)
    if not measured.distribution and _is_one_apart(measured):
        measured = replace(measured, spread=None)
    if measured.place not in detailed:
        measured = replace(measured, distribution=())
    indicative = measured.n is not None and measured.n < limits.indicative_below
    return Disclosed(measured, "indicative" if indicative else "published")


def suppressed(measured: Measured) -> Disclosed:
    bare = Measured(measured.kern, measured.indicator, measured.unit, n=None, value=None)
    return Disclosed(bare, "suppressed")


def _is_one_apart(measured: Measured) -> bool:
    """Whether one answer could make all of the spread: who gave it would know that the others are alike."""
    reach = BEST_MARK - WORST_MARK
    spread = measured.spread or 0.0
    return measured.n is not None and measured.n * max(spread - 0.05, 0) ** 2 <= reach**2


def _is_coarse(measured: Measured, limits: Thresholds) -> bool:
    return all(count == 0 or count >= limits.suppress_below for _answer, count in measured.distribution)


def _sample(measured: Measured) -> Sample:
    return Sample(measured.n, _counts(measured))


def _counts(measured: Measured) -> Mapping[str, int]:
    """How many gave each answer, as far as a value tells: two of each where it leaves room for that."""
    value, n = measured.value, measured.n
    if value is None:
        return {}
    if measured.distribution and measured.unit == "mark":
        return dict(measured.distribution)
    size = n or MANY
    group = Group.of(size, value, measured.unit)
    if measured.unit == "percentage":
        agreed = round((group.low + group.high) / 2)
        return {"agree": agreed, "other": size - agreed}
    if measured.spread == 0 or group.is_all_alike:
        return {"alike": size}
    return {"lower": 2, "higher": 2}
