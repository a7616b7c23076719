# SPDX-License-Identifier: EUPL-1.2
"""What the events alone say of the money of a year: no balance and no posting is looked at. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sums:
    """One line, in cents. Promised is what was promised and did not come back, paid or not."""

    total: int = 0
    reserved: int = 0
    promised: int = 0


Told = tuple[str, str, dict[str, Any]]  # subject, type without its prefix, data


def sums_of(year: int, events: Iterable[Told]) -> dict[str, Sums]:
    """By line, from the events in the order in which they were recorded."""
    totals: dict[str, int] = {}
    held: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for subject, kind, data in events:
        if data.get("year") != year:
            continue
        if kind in ("budget.adopted.v1", "budget.amended.v1"):
            totals = {line["line"]: line["amountCents"] for line in data["lines"]}
        elif change := CHANGES.get(kind):
            about = subject, data["line"]
            held[about] = change(*held[about], data["amountCents"])
    found: dict[str, Sums] = {}
    for line in sorted(totals.keys() | {line for _, line in held}):
        mine = [each for (_, at), each in held.items() if at == line]
        reserved, promised = sum(r for r, _ in mine), sum(p for _, p in mine)
        found[line] = Sums(totals.get(line, 0), reserved, promised)
    return found


# What an event makes of what its subject has reserved and promised.
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
