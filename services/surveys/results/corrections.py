# SPDX-License-Identifier: EUPL-1.2
"""What may be published beside what was published before, of the same people.

Who reads the stream has both versions. Their difference is the sum of the answers by which they differ, so
those must be as many as a result needs: one late answer in a correction would be read from it to the mark.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from services.surveys.results.groups import Group
from services.surveys.results.model import Measured
from shared.contracts.surveys import Unit


@dataclass(frozen=True)
class Version:
    """Numbers of a result that are in the stream for ever; `since` counts what was published of its round."""

    since: int
    n: int | None
    value: float
    has_distribution: bool


def may_follow(new: Measured, versions: Sequence[Version], crowd: int) -> bool:
    """Whether no difference with any earlier version shows the answers of few."""
    for version in versions:
        n, before = new.n or version.n, version.n or new.n
        if new.value is None or n is None or before is None:
            continue  # of how many there is no knowing
        now = Group.of(n, new.value, new.unit)
        then = Group.of(before, version.value, new.unit)
        if now != then and not now.hides_the_change_from(then, crowd):
            return False
    return True


def may_change(
    new: Mapping[str | None, Measured], versions: Mapping[str | None, Sequence[Version]], crowd: int
) -> bool:
    """Whether these numbers of one indicator can be seen beside those that were published of some of them.

    What the municipality has more than its kernen is a result too, which everybody can find: of those who are
    in none of them. So they must be nobody or a crowd, and not differ by few from what they were at any time.
    And what the municipality has more than before may all be of one kern: what that kern has besides is who
    was there before.
    """
    if None not in new:
        return True
    unit = new[None].unit
    numbers = {area: Version(0, its.n, its.value or 0.0, False) for area, its in new.items()}
    earlier = {area: versions.get(area, ()) for area in new}
    now_too = {area: (*its, numbers[area]) for area, its in earlier.items()}
    if _alike(now_too, unit) - _alike(earlier, unit):
        return False
    now = _rest(numbers, unit)
    if now is None:
        return True  # of one of them it is unknown how many answered
    history = {area: versions.get(area, (numbers[area],)) for area in new}
    times = {version.since for its in versions.values() for version in its}
    before = [
        _rest({area: _in_force(its, time) for area, its in history.items()}, unit)
        for time in times
        if None in versions and time >= versions[None][0].since
    ]
    if now.adds_up:
        before.append(Group(0, 0.0, 0.0, unit))  # nobody: it was not known before at all
    return all(then is None or now == then or now.hides_the_change_from(then, crowd) for then in before)


def _in_force(versions: Sequence[Version], time: int) -> Version:
    """Of a kern that came later, its first: who has that can subtract it from what was there before."""
    return [versions[0], *(version for version in versions if version.since <= time)][-1]


def _alike(versions: Mapping[str | None, Sequence[Version]], unit: Unit) -> set[tuple[Group, Group]]:
    """Of which kern, by which change of the municipality, all who are left answered the same."""
    groups = {
        area: {Group.of(its.n, its.value, unit) for its in all_its if its.n is not None}
        for area, all_its in versions.items()
    }
    changes = [one.less(other) for one, other in permutations(groups[None], 2) if one.size > other.size]
    kernen = {group for area, its in groups.items() if area is not None for group in its}
    return {(kern, change) for kern in kernen for change in changes if kern.leaves_all_alike(change)}


def _rest(numbers: Mapping[str | None, Version], unit: Unit) -> Group | None:
    """The municipality less its kernen; None if of one of them the number of answers is unknown."""
    groups = {area: Group.of(its.n, its.value, unit) for area, its in numbers.items() if its.n is not None}
    if len(groups) < len(numbers):
        return None
    return groups[None].less(*(group for area, group in groups.items() if area is not None))
