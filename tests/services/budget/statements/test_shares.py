# SPDX-License-Identifier: EUPL-1.2
"""What each kern has is, together, exactly what was given."""

from hypothesis import given
from hypothesis import strategies as st

from services.budget.statements.shares import Given, by_kern, split

kernen = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=4, unique=True).map(tuple)
everything = st.lists(
    st.builds(Given, st.just("x"), st.sampled_from(["l", "m"]), kernen, st.integers(0, 10**9))
)


def test_an_odd_cent_goes_to_the_first_kern() -> None:
    assert split(75_001, ("b", "a")) == {"b": 37_501, "a": 37_500}


@given(everything)
def test_no_cent_is_lost_or_made(each: list[Given]) -> None:
    found = by_kern(each)
    for line in ("l", "m"):
        shown = sum(lines.get(line, 0) for lines in found.values())
        assert shown == sum(it.cents for it in each if it.line == line)


@given(st.integers(0, 10**9), st.integers(1, 9))
def test_shares_differ_by_a_cent_at_most(cents: int, number: int) -> None:
    shares = list(split(cents, [str(n) for n in range(number)]).values())
    assert sum(shares) == cents
    assert max(shares) - min(shares) <= 1
