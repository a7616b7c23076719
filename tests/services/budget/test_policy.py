# SPDX-License-Identifier: EUPL-1.2
"""The rules by which money leaves a line."""

from collections.abc import Collection
from datetime import date
from typing import ClassVar

import pytest

from services.budget.policy import (
    Objection,
    Organisation,
    Rate,
    Request,
    objection_to,
    request_in,
    shares,
)
from shared.contracts.budget import OrganisationKind
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


def club(
    name: str, first: date, last: date | None = None, kind: OrganisationKind = "village-interests"
) -> Organisation:
    return Organisation(name, kind, ("noordoever",), first, last)


class TestContributions:
    RATES: ClassVar[dict[OrganisationKind, Rate]] = {"village-interests": Rate("clubs", 600_00)}

    def outcomes(
        self, *clubs: Organisation, allocated: Collection[str] = (), left: int = 10_000_00
    ) -> dict[str, str]:
        found = shares(2021, clubs, self.RATES, allocated, {"clubs": left})
        return {share.organisation.id: share.outcome for share in found}

    @pytest.mark.parametrize(
        ("first", "last", "entitled"),
        [
            (date(2021, 12, 31), None, True),
            (date(2022, 1, 1), None, False),
            (date(2010, 1, 1), date(2021, 1, 1), True),
            (date(2010, 1, 1), date(2020, 12, 31), False),
        ],
    )
    def test_entitled_is_who_is_active_for_a_day_of_the_year(
        self, first: date, last: date | None, entitled: bool
    ) -> None:
        assert self.outcomes(club("a", first, last)) == ({"a": "allocated"} if entitled else {})

    def test_a_kind_without_a_rate_is_not_entitled(self) -> None:
        assert self.outcomes(club("a", date(2020, 1, 1), kind="participation-council")) == {}

    def test_who_has_it_gets_nothing_more_and_takes_no_room(self) -> None:
        two = club("a", date(2020, 1, 1)), club("b", date(2020, 1, 1))
        assert self.outcomes(*two, allocated={"a"}, left=600_00) == {
            "a": "already-allocated",
            "b": "allocated",
        }

    def test_the_first_registered_is_served_first_and_nobody_in_part(self) -> None:
        three = [club(name, date(2020, 1, 1)) for name in "abc"]
        assert self.outcomes(*three, left=1_199_99) == {"a": "allocated", "b": "no-room", "c": "no-room"}

    def test_a_line_that_was_not_adopted_pays_nobody(self) -> None:
        (share,) = shares(2021, [club("a", date(2020, 1, 1))], self.RATES, set(), {})
        assert share.outcome == "no-budget"
