# SPDX-License-Identifier: EUPL-1.2
"""Amounts and dates as Dutch people write them."""

from datetime import date

import pytest

from shared import dutch


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, "€ 0,00"),
        (1_200_00, "€ 1.200,00"),
        (5, "€ 0,05"),
        (-12_34, "-€ 12,34"),
        (10**9, "€ 10.000.000,00"),
    ],
)
def test_amounts_in_dutch(cents: int, text: str) -> None:
    assert dutch.euro(cents) == text.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("part", "whole", "length"), [(1, 4, "25.0%"), (5, 4, "100.0%"), (-1, 4, "0.0%"), (1, 0, "0%")]
)
def test_a_bar_never_grows_beyond_its_whole(part: int, whole: int, length: str) -> None:
    assert dutch.share(part, whole) == length


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("Dorpsbelangenorganisaties", "Dorpsbelangen-organisaties"),
        ("Leefbaarheidsbudget voor initiatieven", "Leefbaarheids-budget voor initiatieven"),
        ("Signaleringsgroepen", "Signalerings-groepen"),
        ("Organisaties", "Organi-saties"),
        ("Budget en groepen", "Budget en groepen"),
    ],
)
def test_a_long_word_may_break_where_its_parts_meet(text: str, broken: str) -> None:
    assert dutch.breakable(text) == broken.replace("-", "\u00ad")


def test_a_date_in_words() -> None:
    assert dutch.day(date(2021, 3, 1)) == "1 maart 2021"
    assert [dutch.day(date(2021, month, 5)).split()[1][:3] for month in (1, 2, 6, 12)] == [
        "jan", "feb", "jun", "dec",
    ]  # fmt: skip
