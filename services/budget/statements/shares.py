# SPDX-License-Identifier: EUPL-1.2
"""What each kern has of a year's money. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Given:
    """Money that was promised or paid: for a grant, a contribution (`about` is its id) or an expense.

    Counts evenly at all its kernen; without any, at the municipality as a whole.
    """

    about: str
    line: str
    kernen: tuple[str, ...]
    cents: int


def split(cents: int, kernen: Sequence[str]) -> dict[str | None, int]:
    """Evenly, the cents that are left over to the first kernen, one each."""
    share, rest = divmod(cents, len(kernen))
    return {kern: share + (place < rest) for place, kern in enumerate(kernen)}


def by_kern(given: Iterable[Given]) -> dict[str | None, dict[str, int]]:
    """Kern to line to cents; None is the municipality as a whole. Together exactly what was given."""
    found: dict[str | None, dict[str, int]] = {}
    for each in given:
        shares: dict[str | None, int] = {None: each.cents}
        if each.kernen:
            shares = split(each.cents, each.kernen)
        for kern, cents in shares.items():
            lines = found.setdefault(kern, {})
            lines[each.line] = lines.get(each.line, 0) + cents
    return found
