# SPDX-License-Identifier: EUPL-1.2
"""What the events alone make of the money of some years: no balance and no posting is looked at."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sums:
    """One line, in cents. Promised is what was promised and did not come back, paid or not."""

    total: int = 0
    reserved: int = 0
    promised: int = 0


Published = tuple[str, str, dict[str, Any]]  # subject, type without its prefix, data


def sums_of(years: Collection[int], events: Iterable[Published]) -> dict[int, dict[str, Sums]]:
    """By year and line, from the events in the order in which they were recorded."""
    totals: dict[int, dict[str, int]] = {year: {} for year in years}
    held: dict[tuple[int, str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for subject, kind, data in events:
        if data.get("year") not in totals:
            continue
        if kind in ("budget.adopted.v1", "budget.amended.v1"):
            totals[data["year"]] = {line["line"]: line["amountCents"] for line in data["lines"]}
        elif change := CHANGES.get(kind):
            about = data["year"], data["line"], subject
            held[about] = change(*held[about], data["amountCents"])
    found = {year: {line: Sums(cents) for line, cents in lines.items()} for year, lines in totals.items()}
    for (year, line, _), (reserved, promised) in held.items():
        sums = found[year].get(line, Sums())
        found[year][line] = Sums(sums.total, sums.reserved + reserved, sums.promised + promised)
    return found


# What an event changes in what its subject has reserved and promised.
CHANGES: Mapping[str, Callable[[int, int, int], tuple[int, int]]] = {
    "grant.reserved.v1": lambda _reserved, promised, cents: (cents, promised),
    "grant.released.v1": lambda reserved, promised, cents: (max(reserved - cents, 0), promised),
    "grant.allocated.v1": lambda _reserved, _promised, cents: (0, cents),
    "grant.amended.v1": lambda reserved, _promised, cents: (reserved, cents),
    "grant.withdrawn.v1": lambda reserved, promised, cents: (reserved, promised - cents),
    "grant.returned.v1": lambda reserved, promised, cents: (reserved, promised - cents),
    "contribution.allocated.v1": lambda reserved, promised, cents: (reserved, promised + cents),
    "contribution.withdrawn.v1": lambda reserved, promised, cents: (reserved, promised - cents),
    "expense.committed.v1": lambda reserved, promised, cents: (reserved, promised + cents),
    "expense.amended.v1": lambda reserved, _promised, cents: (reserved, cents),
}
