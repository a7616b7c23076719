# SPDX-License-Identifier: EUPL-1.2
"""Who is entitled to a yearly contribution."""

from collections.abc import Collection
from datetime import date
from typing import ClassVar

import pytest

from services.budget.contributions.policy import Rate, shares
from services.budget.organisations.model import Organisation
from shared.contracts.budget import OrganisationKind


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
