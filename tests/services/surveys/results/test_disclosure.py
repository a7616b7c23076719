# SPDX-License-Identifier: EUPL-1.2
"""Which numbers of a round are published: no distribution with a small count, no group that is all alike."""

import pytest

from services.surveys.results.disclosure import disclose_open, disclose_round, distributions
from services.surveys.results.model import Measured, Place, Thresholds, of_choices, of_marks
from services.surveys.results.suppression import Hidden

LIMITS, NOBODY = Thresholds(10, 30), Hidden(frozenset(), total=False)
COARSE, FINE = {"6": 20, "7": 15}, {"1": 1, "6": 20, "7": 15}
ONES = {"1": 11, "6": 20, "7": 15}


def measured(kern: str | None, counts: dict[str, int]) -> Measured:
    return of_marks(kern, "i", counts, None)


def together(*kernen: dict[str, int]) -> dict[str, int]:
    return {mark: sum(kern.get(mark, 0) for kern in kernen) for mark in ("1", "6", "7")}


@pytest.mark.parametrize(
    ("round_", "seen", "detailed"),
    [
        ([("a", COARSE), ("b", COARSE)], (), {"a", "b"}),
        ([("a", COARSE), ("b", FINE)], (), {"a"}),
        ([("a", COARSE), ("b", COARSE), (None, together(COARSE, COARSE))], (), {"a", "b", None}),
        ([("a", COARSE), ("b", FINE), (None, together(COARSE, FINE))], (), {"a"}),
        # The municipality less one kern is the other: its single 1 would show.
        ([("a", ONES), ("b", FINE), (None, together(ONES, FINE))], (), {None}),
        ([("a", FINE), ("b", FINE), (None, {"1": 12, "6": 40, "7": 30})], (), {None}),
        ([("a", COARSE), (None, {"6": 60, "7": 40})], (), {None}),  # others are in it too
        ([("a", COARSE), (None, {"6": 60, "7": 40})], ((None, "i"),), {None}),
        ([("a", COARSE), (None, {"6": 60, "7": 40})], (("a", "i"),), {"a"}),
    ],
)
def test_a_distribution_with_a_small_count_is_neither_shown_nor_left(
    round_: list[tuple[str | None, dict[str, int]]], seen: tuple[Place, ...], detailed: set[str | None]
) -> None:
    all_measured = [measured(kern, counts) for kern, counts in round_]
    found = distributions(all_measured, NOBODY, LIMITS, seen)
    assert {kern for kern, _ in found} == detailed


def test_beside_a_hidden_kern_the_municipality_shows_no_distribution() -> None:
    whole = measured(None, {"6": 60, "7": 40})
    assert distributions([measured("a", COARSE), whole], Hidden(frozenset({"b"}), total=False), LIMITS) == {
        ("a", "i")
    }


@pytest.mark.parametrize(
    ("counts", "standing"),
    [({"8": 35}, "suppressed"), ({"8": 34, "7": 1}, "suppressed"), ({"8": 33, "7": 2}, "published")],
)
def test_where_all_but_one_answered_the_same_nothing_is_shown(counts: dict[str, int], standing: str) -> None:
    (result,) = disclose_round([measured("a", counts)], LIMITS)
    assert result.standing == standing


@pytest.mark.parametrize(("agreed", "standing"), [(35, "suppressed"), (34, "suppressed"), (33, "published")])
def test_where_all_but_one_agree_nothing_is_shown(agreed: int, standing: str) -> None:
    counts = {"yes": agreed, "no": 35 - agreed}
    (result,) = disclose_round([of_choices("a", "i", counts, frozenset({"yes"}), None)], LIMITS)
    assert result.standing == standing


def test_a_spread_that_one_answer_can_make_is_not_shown() -> None:
    """It would say how far that one is from the others, and so what the others answered."""
    few, many = (
        Measured("a", "i", "mark", 12, 8.1, spread=0.3),
        Measured("a", "i", "mark", 60, 6.1, spread=1.5),
    )
    assert [result.measured.spread for result in disclose_round([few], LIMITS)] == [None]
    assert [result.measured.spread for result in disclose_round([many], LIMITS)] == [1.5]


def test_the_answers_to_an_open_link_decide_nothing_but_by_their_number() -> None:
    """Who made up all but one of them would see a decision about the last one."""
    alike, few = Measured(None, "i", "mark", 10, 10.0), Measured(None, "i", "mark", 9, 6.0)
    assert [result.standing for result in disclose_open([alike, few], LIMITS)] == ["indicative", "suppressed"]
