# SPDX-License-Identifier: EUPL-1.2
"""Sums: means, shares and what becomes of few answers, without a store."""

from collections import Counter
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.results.disclosure import disclose
from services.surveys.results.model import Disclosed, Measured, Thresholds, of_choices, of_marks
from services.surveys.results.suppression import Hidden

NOBODY = Hidden(frozenset(), total=False)


@given(st.lists(st.integers(1, 10), min_size=1, max_size=300))
def test_a_mean_is_that_of_the_marks(marks: list[int]) -> None:
    counts = {str(mark): count for mark, count in Counter(marks).items()}
    found = of_marks("noordoever", "say-in-plans", counts, None)
    assert found.n == len(marks)
    assert found.value == pytest.approx(fmean(marks), abs=0.0500001)
    assert found.spread == pytest.approx(pstdev(marks), abs=0.0500001)
    assert [answer for answer, _ in found.distribution] == [str(mark) for mark in sorted(set(marks))]


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_percentage_is_the_share_that_agrees(agree: int, other: int) -> None:
    given_ = {"yes": agree, "no": other}
    found = of_choices("noordoever", "welcome", given_, frozenset({"yes"}), None)
    if not agree + other:
        assert found.value is None
    else:
        assert found.value == pytest.approx(100 * agree / (agree + other), abs=0.0500001)


def test_halves_are_rounded_up_as_people_do() -> None:
    assert of_marks("k", "i", {"6": 3, "7": 1}, None).value == 6.3  # 6.25
    assert of_marks("k", "i", {"6": 1, "7": 3}, None).value == 6.8  # 6.75


@pytest.mark.parametrize(
    ("n", "standing"),
    [(0, "suppressed"), (9, "suppressed"), (10, "indicative"), (29, "indicative"), (30, "published"),
     (None, "published")],
)  # fmt: skip
def test_the_standing_of_a_result(n: int | None, standing: str) -> None:
    result = disclose(Measured("k", "i", "mark", n, 6.0), NOBODY, Thresholds(10, 30))
    assert result.standing == standing
    if standing == "suppressed":
        assert result == Disclosed(Measured("k", "i", "mark", None, None), "suppressed")
