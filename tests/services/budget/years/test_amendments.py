# SPDX-License-Identifier: EUPL-1.2
"""Money moved between lines, raised by the council, and carried over; on both databases."""

from typing import Any

import pytest

from services.budget.ledger.model import Balance
from services.budget.years import queries
from shared.contracts.budget import BudgetAmended
from shared.contracts.refusals import Invalid, Refused
from shared.http.paging import Paging
from tests.services.budget.acts import adopt, amend, close
from tests.services.budget.books import Books, assessed

MOVED: dict[str, Any] = {"cause": "moved", "line": "small-help", "fromLine": "shore"}
RAISED: dict[str, Any] = {"cause": "raised", "line": "small-help", "decisionReference": "R21.9"}
CARRIED: dict[str, Any] = {
    "cause": "carried-over", "line": "shore", "fromYear": 2020, "decisionReference": "R21.9",
}  # fmt: skip


def total(books: Books, year: int = 2021) -> int:
    return books.run(lambda tx: queries.budget_year(tx.connection, year)).total_cents


class TestMoves:
    def test_money_moves_between_lines_and_the_total_stays(self, books: Books) -> None:
        adopt(books)
        (event,) = amend(books, **MOVED, amountCents=250_00)
        assert isinstance(event, BudgetAmended)
        assert {line.line: line.amount_cents for line in event.lines} == {
            "clubs": 1_800_00, "small-help": 3_250_00, "shore": 8_750_00,
        }  # fmt: skip
        assert (event.total_cents, event.cause, event.decision_reference) == (20_000_00, "moved", None)
        assert "meer nodig" not in event.model_dump_json()
        assert books.balance("shore") == Balance(8_750_00)
        assert total(books) == 20_000_00
        assert books.differences() == []

    def test_why_is_kept_and_shown(self, books: Books) -> None:
        adopt(books)
        amend(books, **MOVED, reason="Meer aanvragen dan verwacht.")
        paging = Paging(None, 10, "/", ())
        (shown,) = books.run(lambda tx: queries.all_amendments(tx.connection, 2021, paging)).items
        assert (shown.reason, shown.from_line) == ("Meer aanvragen dan verwacht.", "shore")
        postings = books.run(lambda tx: queries.line_postings(tx.connection, 2021, "shore", None, paging))
        assert (postings.items[-1].subject, postings.items[-1].reason) == (shown.id, "moved")

    def test_never_below_what_is_held_or_promised(self, books: Books) -> None:
        adopt(books)
        books.assess(assessed("i1", 3_000_00, line="shore", yes=("near-water",)))
        before = books.written()
        with pytest.raises(Refused, match="600000 cents") as refusal:
            amend(books, **MOVED, amountCents=6_000_01)
        assert (refusal.value.code, books.written()) == ("below-committed", before)
        amend(books, **MOVED, amountCents=6_000_00)
        assert books.balance("shore").available == 0
        assert books.differences() == []

    def test_what_lies_beside_the_total_does_not_come_within_it(self, books: Books) -> None:
        lines = [{"line": "ferry", "amountCents": 500_00}, {"line": "shore", "amountCents": 500_00}]
        adopt(books, lines=lines)
        for source, line in (("ferry", "shore"), ("shore", "ferry"), ("clubs", "shore")):
            with pytest.raises(Refused, match="from which money can be moved"):
                amend(books, cause="moved", line=line, fromLine=source)


class TestRaises:
    def test_the_council_gives_more(self, books: Books) -> None:
        adopt(books)
        (event,) = amend(books, **RAISED, amountCents=500_00)
        assert isinstance(event, BudgetAmended)
        assert (event.total_cents, event.decision_reference) == (20_500_00, "R21.9")
        assert books.balance("small-help") == Balance(3_500_00)

    def test_money_beside_the_total_does_not_raise_it_and_stays_within_its_own(self, books: Books) -> None:
        adopt(books)
        more: dict[str, Any] = {"cause": "raised", "line": "ferry", "decisionReference": "R21.9"}
        amend(books, **more, amountCents=100_000_00)
        assert (total(books), books.balance("ferry")) == (20_000_00, Balance(100_000_00))
        with pytest.raises(Refused, match="over all years"):
            amend(books, **more, amountCents=1)

    def test_there_is_no_more_without_a_decision(self, books: Books) -> None:
        adopt(books)
        with pytest.raises(Invalid, match="only the council"):
            amend(books, cause="raised", line="shore")


class TestCarryOvers:
    def test_what_was_left_of_a_closed_year(self, books: Books) -> None:
        books.adopt(2020, shore=1_000_00)
        adopt(books)
        close(books, 2020)
        given_up, got = amend(books, **CARRIED, amountCents=400_00)
        assert isinstance(given_up, BudgetAmended)
        assert isinstance(got, BudgetAmended)
        assert (given_up.year, given_up.total_cents) == (2020, 19_600_00)
        assert (got.year, got.total_cents, got.cause) == (2021, 20_400_00, "carried-over")
        assert (books.balance("shore", 2020), books.balance("shore")) == (Balance(600_00), Balance(9_400_00))
        with pytest.raises(Refused, match="60000 cents were left"):
            amend(books, **CARRIED, amountCents=600_01)
        assert books.differences() == []

    def test_an_open_year_keeps_its_money(self, books: Books) -> None:
        books.adopt(2020)
        adopt(books)
        with pytest.raises(Refused) as refusal:
            amend(books, **CARRIED)
        assert refusal.value.code == "year-open"

    def test_money_given_once_may_go_to_the_next_year(self, books: Books) -> None:
        books.adopt(2020, ferry=100_000_00)
        adopt(books)
        close(books, 2020)
        amend(books, **CARRIED | {"line": "ferry"}, amountCents=30_000_00)
        assert books.balance("ferry") == Balance(30_000_00)


WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({**MOVED, "line": "bridge"}, {"line"}),
    ({**MOVED, "fromLine": None}, {"fromLine"}),
    ({**MOVED, "fromLine": "small-help"}, {"fromLine"}),
    ({**MOVED, "fromYear": 2020}, {"fromYear"}),
    ({**RAISED, "fromLine": "shore"}, {"fromLine"}),
    ({**CARRIED, "fromYear": None}, {"fromYear"}),
    ({**CARRIED, "fromYear": 2021}, {"fromYear"}),
    ({**CARRIED, "decisionReference": None}, {"decisionReference"}),
    ({**MOVED, "happenedOn": "2021-06-16"}, {"happenedOn"}),
]


def test_what_cannot_be_amended_is_told_and_writes_nothing(books: Books) -> None:
    adopt(books)
    before = books.written()
    for fields, wrong in WRONG:
        with pytest.raises(Invalid) as invalid:
            amend(books, **fields)
        assert {error.field for error in invalid.value.errors} == wrong, fields
    with pytest.raises(Refused, match="not adopted"):
        amend(books, 2022, **MOVED)
    assert books.written() == before


def test_a_closed_year_is_not_amended(books: Books) -> None:
    books.adopt(2020)
    close(books, 2020)
    for fields in (MOVED, RAISED):
        with pytest.raises(Refused) as refusal:
            amend(books, 2020, **fields)
        assert refusal.value.code == "year-closed"
