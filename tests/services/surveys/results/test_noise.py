# SPDX-License-Identifier: EUPL-1.2
"""Chance covers each answer to an open link, and is lost in many."""

from collections import Counter
from statistics import fmean

import pytest

from services.surveys.results import noise
from services.surveys.results.model import of_choices, of_marks

SECRETS = [f"secret-{number}" for number in range(4_000)]


@pytest.mark.parametrize("reach", [1, 9])
def test_no_answer_fits_what_is_published_much_better_than_another(reach: int) -> None:
    """What comes of one sum comes of the next about as often: at most `ODDS` times over the whole reach."""
    drawn = Counter(noise.by(secret)(reach) for secret in SECRETS)
    assert abs(fmean(drawn.elements())) < reach / 4
    for steps in range(-reach, reach + 1):
        here, there = drawn[0], drawn[steps]
        if there > 100:
            assert 1 / (noise.ODDS * 1.4) < here / there < noise.ODDS * 1.4


def test_the_same_secret_draws_the_same_and_each_draw_is_another() -> None:
    first, again = noise.by("secret"), noise.by("secret")
    drawn = [first(9) for _ in range(20)]
    assert drawn == [again(9) for _ in range(20)]
    assert len(set(drawn)) > 5


def test_a_covered_value_stays_on_its_scale() -> None:
    for secret in SECRETS[:300]:
        marks = of_marks(None, "i", {"10": 10}, None, noise.by(secret))
        share = of_choices(None, "i", {"yes": 10, "no": 0}, frozenset({"yes"}), None, noise.by(secret))
        assert marks.value is not None
        assert share.value is not None
        assert 1 <= marks.value <= 10
        assert 0 <= share.value <= 100


def test_of_many_answers_little_is_lost() -> None:
    far = [
        abs((of_marks(None, "i", {"6": 500, "7": 500}, None, noise.by(secret)).value or 0) - 6.5)
        for secret in SECRETS[:300]
    ]
    assert fmean(far) < 0.05
