# SPDX-License-Identifier: EUPL-1.2
"""The rules by which money leaves a line."""

from datetime import date

import pytest

from services.budget.grants.policy import Objection, Request, objection_to, request_in
from tests.services.budget.books import assessed

CRITERIA = ("needed", "once")


def asking(met: set[str]) -> Request:
    return Request("i1", ("ingen",), 2021, "small-help", 100_00, "resident", frozenset(met))


class TestWhatAnAssessmentAsks:
    def test_support_with_money_is_a_request_in_the_year_it_was_assessed(self) -> None:
        event = assessed("i1", 250_00, on=date(2020, 12, 31), yes=("a",), no=("b",), kernen=("x", "y"))
        request = request_in(event, "small-help")
        expected = Request("i1", ("x", "y"), 2020, "small-help", 250_00, "residents-group", frozenset({"a"}))
        assert request == expected

    def test_money_without_a_line_comes_from_the_default_line(self) -> None:
        request = request_in(assessed("i1", 250_00, line=None), "small-help")
        assert request
        assert request.line == "small-help"

    @pytest.mark.parametrize("cents", [None, 0])
    def test_no_money_asked_is_no_request(self, cents: int | None) -> None:
        assert request_in(assessed("i1", cents), "small-help") is None

    @pytest.mark.parametrize("outcome", ["decline", "redirect"])
    def test_what_is_not_supported_gets_no_money(self, outcome: str) -> None:
        assert request_in(assessed("i1", 250_00, outcome=outcome), "small-help") is None  # type: ignore[arg-type]


class TestConditions:
    def test_every_criterion_answered_yes_leaves_no_objection(self) -> None:
        assert objection_to(asking({"needed", "once", "something else"}), CRITERIA) is None

    def test_each_no_is_named_in_the_order_of_the_guide(self) -> None:
        assert objection_to(asking(set()), CRITERIA) == Objection("criteria-not-met", ("needed", "once"))

    def test_what_was_not_answered_counts_as_no(self) -> None:
        assert objection_to(asking({"needed"}), CRITERIA) == Objection("criteria-not-met", ("once",))

    def test_a_line_without_criteria_has_no_objection(self) -> None:
        assert objection_to(asking(set()), ()) is None
