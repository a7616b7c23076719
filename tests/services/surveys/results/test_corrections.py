# SPDX-License-Identifier: EUPL-1.2
"""What may stand beside what was published before: nothing whose difference is the answers of few."""

import pytest

from services.surveys.results.corrections import Version, may_change, may_follow
from services.surveys.results.groups import Group
from services.surveys.results.model import Measured

CROWD = 10


def mark(n: int | None, value: float, kern: str | None = "k") -> Measured:
    return Measured(kern, "cooperation", "mark", n, value)


def share(n: int, value: float, kern: str | None = "k") -> Measured:
    return Measured(kern, "partners", "percentage", n, value)


def was(n: int | None, value: float, since: int = 1) -> Version:
    return Version(since, n, value, has_distribution=False)


@pytest.mark.parametrize(
    ("new", "before", "may"),
    [
        (mark(31, 6.4), was(30, 6.6), False),  # one late answer
        (mark(39, 6.5), was(30, 6.6), False),
        (mark(40, 6.5), was(30, 6.6), True),
        (mark(20, 6.5), was(30, 6.6), True),  # ten were taken back
        (mark(40, 7.5), was(30, 6.6), False),  # the ten who came gave a 10
        (mark(30, 6.6), was(30, 6.6), True),
        (mark(30, 6.9), was(30, 6.6), False),  # one answer that was mistyped
        (mark(1412, 6.8), was(1412, 6.7), True),  # no answer shows in the last decimal
        (mark(412, 6.74), was(412, 6.71), False),  # in two decimals it does
        (mark(40, 9.4), was(40, 6.6), True),  # twelve must have been wrong
        (mark(None, 6.4), was(None, 6.0), True),
        (mark(30, 6.9), was(None, 6.6), False),
        (share(40, 52.5), was(40, 50.0), False),
        (share(40, 75.0), was(40, 50.0), True),
        (share(50, 60.0), was(40, 50.0), False),  # the ten who came all agree
        (share(50, 56.0), was(40, 50.0), True),
    ],
)
def test_ten_answers_must_be_between_two_versions(new: Measured, before: Version, may: bool) -> None:
    assert may_follow(new, [before], CROWD) == may


def test_every_version_counts_and_not_the_last_alone() -> None:
    """Taken back and put back with one more, the one is what the first and the third differ by."""
    versions = [was(42, 6.6), was(31, 6.4, since=2)]
    assert may_follow(mark(42, 6.6), versions, CROWD)
    assert not may_follow(mark(43, 6.6), versions, CROWD)


def test_what_the_municipality_has_more_must_not_change_by_few() -> None:
    """26 joined a kern, and one left those who are in no published kern: the municipality has 25 more."""
    versions = {None: [was(70, 6.4)], "a": [was(15, 6.2)]}
    new = {None: mark(95, 6.5, None), "a": mark(41, 6.4, "a")}
    assert not may_change(new, versions, CROWD)
    assert may_change(new | {"a": mark(40, 6.4, "a")}, versions, CROWD)


def test_a_kern_that_comes_later_is_seen_beside_what_was_there() -> None:
    versions = {None: [was(40, 6.4)], "a": [was(15, 6.2)]}
    shown = {None: mark(40, 6.4, None), "a": mark(15, 6.2, "a")}
    assert may_change(shown | {"b": mark(15, 6.5, "b")}, versions, CROWD)
    assert not may_change(shown | {"b": mark(26, 6.5, "b")}, versions, CROWD)  # one too many
    assert not may_change(shown | {"b": mark(24, 6.5, "b")}, versions, CROWD)  # one is left
    assert may_change(shown | {"b": mark(25, 6.5, "b")}, versions, CROWD)


def test_what_a_kern_has_besides_the_newcomers_are_those_who_were_there() -> None:
    """Nine came, all of this kern, seven of whom agree: the twelve who were there all do."""
    versions: dict[str | None, list[Version]] = {None: [was(56, 60.7)]}
    assert not may_change({None: share(65, 63.1, None), "a": share(21, 90.5, "a")}, versions, crowd=5)
    assert may_change({None: share(65, 63.1, None), "a": share(21, 81.0, "a")}, versions, crowd=5)


def test_without_a_result_of_the_municipality_nothing_is_left_over() -> None:
    assert may_change({"a": mark(15, 6.2, "a")}, {"a": [was(41, 6.2)]}, CROWD)


def test_a_rounded_mean_is_a_sum_between_two_bounds() -> None:
    group = Group.of(40, 6.5, "mark")
    assert (group.low, group.high) == pytest.approx((258, 262))
    assert Group.of(40, 6.54, "mark").high == pytest.approx(261.8)
    assert Group.of(40, 52.5, "percentage").low == pytest.approx(20.98)


@pytest.mark.parametrize(
    ("group", "alike"),
    [
        (Group.of(12, 10.0, "mark"), True),
        (Group.of(12, 9.3, "mark"), True),  # a 2, and eleven tens
        (Group.of(12, 9.0, "mark"), False),
        (Group.of(12, 1.5, "mark"), True),
        (Group.of(30, 100.0, "percentage"), True),
        (Group.of(30, 96.7, "percentage"), True),  # all but one
        (Group.of(30, 93.3, "percentage"), False),
        (Group.of(30, 0.0, "percentage"), True),
    ],
)
def test_who_is_alone_must_not_know_everybody(group: Group, alike: bool) -> None:
    assert group.is_all_alike == alike


@pytest.mark.parametrize(
    ("group", "adds_up"),
    [
        (Group.of(16, 10.0, "mark"), True),
        (Group.of(16, 10.2, "mark"), False),
        (Group.of(16, 0.8, "mark"), False),
        (Group(0, 3.0, 9.0, "mark"), True),  # nobody, and yet a sum: one answer was put right
    ],
)
def test_what_is_left_of_weighed_numbers_is_no_group_of_people(group: Group, adds_up: bool) -> None:
    assert group.adds_up == adds_up
