# SPDX-License-Identifier: EUPL-1.2
"""The sums that events alone make."""

from services.budget.statements.event_sums import Published, Sums, sums_of


def said(subject: str, kind: str, cents: int, line: str = "other", year: int = 2021) -> Published:
    return subject, f"{kind}.v1", {"year": year, "line": line, "amountCents": cents}


def test_an_expense_is_what_is_set_aside_for_it_now_paid_or_not() -> None:
    events = [
        said("e", "expense.committed", 500),
        said("e", "expense.amended", 450),
        said("e", "expense.paid", 200),
    ]
    assert sums_of([2021], events) == {2021: {"other": Sums(0, 0, 450)}}


def test_a_release_frees_what_was_reserved_and_a_return_what_was_promised() -> None:
    events = [
        said("g", "grant.reserved", 100), said("g", "grant.released", 30), said("g", "grant.allocated", 70),
        said("g", "grant.amended", 90), said("g", "grant.returned", 15),
        said("h", "grant.reserved", 40), said("h", "grant.released", 40), said("i", "grant.reserved", 5),
    ]  # fmt: skip
    assert sums_of([2021], events) == {2021: {"other": Sums(0, 5, 75)}}


def test_other_years_and_requests_without_money_count_for_nothing() -> None:
    events = [said("g", "grant.declined", 100), said("h", "grant.allocated", 70, year=2022)]
    assert sums_of([2021], events) == {2021: {}}


def test_each_year_has_its_own_sums() -> None:
    """Also of one thing: an expense of two years, say."""
    events = [said("e", "expense.committed", 500), said("e", "expense.committed", 70, year=2022)]
    assert sums_of([2021, 2022], events) == {
        2021: {"other": Sums(0, 0, 500)},
        2022: {"other": Sums(0, 0, 70)},
    }
