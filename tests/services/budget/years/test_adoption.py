# SPDX-License-Identifier: EUPL-1.2
"""What the council adopts, on both databases."""

from typing import Any

import pytest

from services.budget.ledger.model import Balance
from services.budget.years import queries
from shared.contracts.budget import BudgetAdopted, Ceiling
from shared.contracts.refusals import Invalid, Refused
from shared.municipality import Municipality
from tests.services.budget.acts import adopt
from tests.services.budget.books import Books

UNADOPTABLE: list[tuple[dict[str, Any], set[str]]] = [
    ({"year": 2019}, {"year"}),
    ({"year": 2022, "happenedOn": "2020-12-31"}, {"happenedOn"}),
    ({"happenedOn": "2021-06-16"}, {"happenedOn"}),
    ({"totalCents": 13_799_99}, {"lines"}),
    ({"lines": [{"line": "bridge", "amountCents": 1}]}, {"lines.0.line"}),
    (
        {"lines": [{"line": "clubs", "amountCents": 1}, {"line": "clubs", "amountCents": 2}]},
        {"lines.1.line"},
    ),
    (
        {
            "year": 2019,
            "happenedOn": "2021-06-16",
            "lines": [{"line": "bridge", "amountCents": 10**12}],
        },
        {"year", "happenedOn", "lines.0.line", "lines"},
    ),
]


class TestAdoption:
    def test_the_lines_are_those_of_the_file_unless_the_decision_names_them(
        self, books: Books, municipality: Municipality
    ) -> None:
        (event,) = adopt(books, happenedOn="2020-11-10", origin="example")
        assert isinstance(event, BudgetAdopted)
        assert [(line.line, line.amount_cents, line.within_total) for line in event.lines] == [
            ("clubs", 1_800_00, True),
            ("small-help", 3_000_00, True),
            ("shore", 9_000_00, True),
        ]
        assert (event.total_cents, event.kernen, event.origin) == (20_000_00, (), "example")
        assert books.balance("shore") == Balance(9_000_00)
        assert books.differences() == []

    def test_money_beside_the_total_has_an_amount_of_its_own_each_year(self, books: Books) -> None:
        lines = [
            {"line": "shore", "amountCents": 20_000_00},
            {"line": "ferry", "amountCents": 99_000_00},
            {"line": "clubs", "amountCents": 0},
        ]
        adopt(books, lines=lines)
        view = books.run(lambda tx: queries.budget_year(tx.connection, 2021))
        assert [(line.line, line.available_cents, line.within_total) for line in view.lines] == [
            ("clubs", 0, True),
            ("ferry", 99_000_00, False),
            ("shore", 20_000_00, True),
        ]
        assert books.differences() == []

    def test_a_year_is_adopted_once(self, books: Books) -> None:
        adopt(books)
        before = books.written()
        with pytest.raises(Refused, match="2021"):
            adopt(books, totalCents=30_000_00)
        assert books.written() == before

    def test_what_cannot_be_adopted_writes_nothing(self, books: Books, municipality: Municipality) -> None:
        books.transactions.municipality = municipality.model_copy(update={"first_budget_year": 2020})
        for fields, wrong in UNADOPTABLE:
            with pytest.raises(Invalid) as invalid:
                adopt(books, **fields)
            assert {error.field for error in invalid.value.errors} == wrong
        assert books.written() == 0

    def test_money_that_is_given_once_is_bounded_over_the_years(self, books: Books) -> None:
        def ferry(euros: int) -> dict[str, Any]:
            return {"lines": [{"line": "ferry", "amountCents": euros * 100}]}

        adopt(books, **ferry(60_000))
        before = books.written()
        with pytest.raises(Refused, match="at most 4000000 can be added") as refusal:
            adopt(books, year=2022, **ferry(40_001))
        assert (refusal.value.code, books.written()) == ("above-total-over-years", before)
        adopt(books, year=2022, **ferry(40_000))
        assert books.balance("ferry", 2022) == Balance(40_000_00)

    def test_a_line_is_a_legal_ceiling_only_if_it_was_published_so(self, books: Books) -> None:
        published = {"publication": "Gemeenteblad 2020, 7", "distribution": "first-come"}
        lines = [
            {"line": "shore", "amountCents": 1_00, "ceiling": published},
            {"line": "small-help", "amountCents": 1_00},
        ]
        (event,) = adopt(books, lines=lines)
        assert isinstance(event, BudgetAdopted)
        ceiling = Ceiling(publication="Gemeenteblad 2020, 7", distribution="first-come")
        assert [line.ceiling for line in event.lines] == [ceiling, None]
        view = books.run(lambda tx: queries.budget_year(tx.connection, 2021))
        assert {line.line: line.ceiling for line in view.lines} == {"shore": ceiling, "small-help": None}
