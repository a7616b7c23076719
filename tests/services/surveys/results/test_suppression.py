# SPDX-License-Identifier: EUPL-1.2
"""Nobody can find what is suppressed: not by subtracting, not by knowing the rules."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.results.disclosure import cell_of, disclose
from services.surveys.results.model import Disclosed, Measured, Thresholds, of_choices
from services.surveys.results.suppression import Cell, Hidden, Sample, hide
from tests.conftest import MORE

MOST = 6 if MORE == 1 else 7  # answers of one kern, of which every combination is tried
Votes = tuple[int, ...]  # of one kern: how many answered, and how many of them agreed, by question


def published(round_: Sequence[Votes], limits: Thresholds) -> list[list[Disclosed]]:
    """What is published of every kern and, last, of the municipality, by question."""
    everybody = tuple(map(sum, zip(*round_, strict=True)))
    measured = [_measured(str(place), votes) for place, votes in enumerate(round_)]
    whole = _measured(None, everybody)
    cells = [cell_of(str(place), of_kern) for place, of_kern in enumerate(measured)]
    hidden = hide(cells, [m.indicator for m in whole], limits.suppress_below)
    return [[disclose(m, hidden, limits) for m in of_area] for of_area in [*measured, whole]]


def _measured(kern: str | None, votes: Votes) -> list[Measured]:
    n, *agreed = votes
    return [
        of_choices(kern, f"q{number}", {"yes": yes, "no": n - yes}, frozenset({"yes"}), None)
        for number, yes in enumerate(agreed)
    ]


def exact(said: list[list[Disclosed]], round_: Sequence[Votes]) -> tuple[object, ...]:
    """What is published, with counts in the place of rounded shares: that can only help who attacks."""
    everybody = tuple(map(sum, zip(*round_, strict=True)))
    return tuple(
        tuple(
            "suppressed" if s.standing == "suppressed" else (votes[0], yes, s.measured.distribution)
            for s, yes in zip(of_area, votes[1:], strict=True)
        )
        for of_area, votes in zip(said, [*round_, everybody], strict=True)
    )


def all_votes(questions: int, most: int) -> list[Votes]:
    return [(n, *agreed) for n in range(most + 1) for agreed in product(range(n + 1), repeat=questions)]


@pytest.mark.parametrize(
    ("votes", "third"),
    [
        (all_votes(questions=1, most=MOST), all_votes(questions=1, most=MOST)),
        (all_votes(questions=2, most=MOST), [(MOST, 2, 3), (MOST, 3, 2)]),
    ],
    ids=["one question", "two questions"],
)
def test_what_is_hidden_could_always_be_something_else(votes: list[Votes], third: list[Votes]) -> None:
    """Tries every round of three kernen that these votes make, with suppression below three answers: among
    those that look the same to the world, no hidden kern has always the same number or the same share.
    """
    looks: dict[tuple[object, ...], list[Sequence[Votes]]] = defaultdict(list)
    for round_ in product(votes, votes, third):
        looks[exact(published(round_, Thresholds(3, 5)), round_)].append(round_)
    tried = 2 if len(third) < len(votes) else 3
    judged = 0
    for seen, truths in looks.items():
        hidden = [place for place, of_kern in enumerate(seen[:-1]) if "suppressed" in of_kern]  # type: ignore[operator]
        if sum(truths[0][place][0] for place in hidden) > votes[-1][0] or not set(hidden) <= set(
            range(tried)
        ):
            continue  # not everything that it could be was tried
        judged += len(hidden)
        for place in hidden:
            assert len({truth[place][0] for truth in truths}) > 1, (seen, truths)
            for question in range(1, len(votes[0])):
                shares = {truth[place][question] / truth[place][0] for truth in truths if truth[place][0]}
                assert len(shares) > 1, (seen, truths)
    assert judged > 50


answered = st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n)))


@given(st.lists(answered, min_size=1, max_size=15))
def test_what_subtraction_leaves_is_a_crowd(round_: list[Votes]) -> None:
    """The municipality's result less every published kern: nobody, or ten people of several kernen."""
    *kernen, whole = published(round_, Thresholds(10, 30))
    hidden = [place for place, said in enumerate(kernen) if said[0].standing == "suppressed"]
    assert all(round_[place][0] >= 10 for place in range(len(round_)) if place not in hidden)
    for said in [*kernen, whole]:
        assert len({s.standing == "suppressed" for s in said}) == 1, "hidden for all questions or none"
        for s in said:
            numbers = (s.measured.n, s.measured.value, s.measured.spread, s.measured.invited)
            assert (s.standing == "suppressed") == (numbers == (None,) * 4)
            assert s.standing != "suppressed" or s.measured.distribution == ()
    if not hidden or whole[0].standing == "suppressed":
        return
    assert len(hidden) > 1
    together = [sum(column) for column in zip(*(round_[place] for place in hidden), strict=True)]
    assert together[0] >= 10
    assert all(0 < agreed < together[0] for agreed in together[1:])
    assert all(s.measured.distribution == () for s in whole)


def cell(kern: str, n: int | None, *, held: bool = False, shown: bool = False) -> Cell:
    return Cell(kern, {"mark": Sample(n, {"6": 2, "7": 2})}, held, shown)


def hidden_of(cells: Iterable[Cell], totals: Sequence[str] = ("mark",)) -> Hidden:
    return hide(list(cells), totals, 10)


def test_two_small_kernen_that_are_ten_together_hide_each_other() -> None:
    assert hidden_of([cell("a", 7), cell("b", 9), cell("c", 14)]) == Hidden(frozenset("ab"), total=False)


def test_one_small_kern_takes_the_next_smallest_along() -> None:
    assert hidden_of([cell("a", 7), cell("b", 31), cell("c", 14)]) == Hidden(frozenset("ac"), total=False)


def test_nine_are_too_few_and_ten_are_not() -> None:
    assert hidden_of([cell("a", 9), cell("b", 30), cell("c", 40)]).kernen == {"a", "b"}
    assert hidden_of([cell("a", 10), cell("b", 30), cell("c", 40)]).kernen == set()


def test_two_small_kernen_that_are_fewer_than_ten_together_take_a_third_along() -> None:
    found = hidden_of([cell("a", 3), cell("b", 4), cell("c", 50), cell("d", 40)])
    assert found == Hidden(frozenset("abd"), total=False)


def test_equals_are_taken_along_together() -> None:
    found = hidden_of([cell("a", 3), cell("b", 14), cell("c", 14), cell("d", 40)])
    assert found == Hidden(frozenset("abc"), total=False)


def test_where_even_all_together_are_too_few_the_municipality_is_hidden_too() -> None:
    assert hidden_of([cell("a", 3), cell("b", 4)]) == Hidden(frozenset("ab"), total=True)


def test_a_kern_alone_in_a_round_is_no_blend() -> None:
    assert hidden_of([cell("a", 3)]) == Hidden(frozenset("a"), total=True)


def test_without_a_result_of_the_municipality_nothing_can_be_subtracted() -> None:
    assert hidden_of([cell("a", 3), cell("b", 40)], totals=()) == Hidden(frozenset("a"), total=False)


def test_what_was_published_before_cannot_hide_another() -> None:
    found = hidden_of([cell("a", 3), cell("b", 14, shown=True), cell("c", 40)])
    assert found == Hidden(frozenset("ac"), total=False)
    found = hidden_of([cell("a", 3), cell("b", 14, shown=True)])
    assert found == Hidden(frozenset("a"), total=True)


def test_what_was_hidden_before_stays_hidden_and_is_no_blend_alone() -> None:
    assert hidden_of([cell("a", 40, held=True)]) == Hidden(frozenset("a"), total=True)
    found = hidden_of([cell("a", 40, held=True), cell("b", 50)])
    assert found == Hidden(frozenset("ab"), total=False)


def test_a_kern_that_does_not_tell_how_many_answered_hides_nobody() -> None:
    found = hidden_of([cell("a", 3), cell("b", None), cell("c", 40)])
    assert found == Hidden(frozenset("ac"), total=False)
    assert hidden_of([cell("b", None), cell("c", 40)]) == Hidden(frozenset(), total=False)
