# SPDX-License-Identifier: EUPL-1.2
"""What one entity adds to the figures, and where lists find it."""

from datetime import date
from typing import Any

import pytest

from services.analytics.fold.initiative_events import Initiative
from services.analytics.fold.money_events import BudgetYear, Contribution, Grant
from services.analytics.fold.partner_events import Appointment, Organisation
from services.analytics.fold.projection import Entity
from services.analytics.fold.survey_events import Story
from services.analytics.read_model.cells import FOR_EVER, Cell, Place, cells, places

DAY, BOTH = date(2022, 3, 1), ("noordoever", "zuidoever")


def at(entity: Entity, kern: str) -> dict[str, int]:
    """The figures of one kern, as `year measure`."""
    return {
        f"{cell.year} {cell.measure}": value for cell, value in cells(entity).items() if cell.kern == kern
    }


def test_an_initiative_of_two_kernen_counts_at_both_and_once_in_the_whole() -> None:
    it = Initiative(BOTH, False, DAY, "water", "realised", support=("money", "network"))
    each = {"2022 initiatives.realised": 1, "2022 theme.water": 1, "2022 support.network": 1}
    assert at(it, "noordoever") == at(it, "zuidoever") == at(it, "gemeente") == each


def test_a_grant_counts_at_its_first_kern() -> None:
    it = Grant(BOTH, False, "i-1", "shore", 2022, "settled", allocated_cents=900, returned_cents=150)
    expected = {"2022 grants.settled": 1, "2022 committed.shore": 750, "2022 support.money": 1}
    assert at(it, "noordoever") == at(it, "gemeente") == expected
    assert at(it, "zuidoever") == {"2022 support.money": 1}, "support is to every kern of the initiative"


@pytest.mark.parametrize("state", ["waiting", "reserved", "released", "declined", "withdrawn"])
def test_money_that_was_only_asked_for_is_no_support(state: Any) -> None:
    it = Grant(BOTH, False, "i-1", "shore", 2022, state, asked_cents=900)
    assert "2022 support.money" not in at(it, "gemeente")


@pytest.mark.parametrize("state", ["submitted", "assigned", "declined", "redirected", "withdrawn"])
def test_an_initiative_that_came_to_an_end_gets_no_support(state: Any) -> None:
    it = Initiative(BOTH, False, DAY, "water", state, support=("network",))
    assert "2022 support.network" not in at(it, "gemeente")


def test_a_contribution_is_split_evenly_and_adds_up_to_the_cent() -> None:
    it = Contribution((*BOTH, "de-plaat"), False, "village-interests", "clubs", 2022, 1_000_01)
    shares = [
        at(it, kern)["2022 contributed.village-interests.clubs"] for kern in (*BOTH, "de-plaat", "gemeente")
    ]
    assert shares == [333_34, 333_34, 333_33, 1_000_01]


def test_two_kernen_get_375_each() -> None:
    it = Contribution(BOTH, False, "signal-group", "clubs", 2022, 750_00)
    assert at(it, "zuidoever") == {"2022 contributed.signal-group.clubs": 375_00}


def test_a_contribution_to_the_whole_municipality_stands_at_no_kern() -> None:
    it = Contribution((), False, "civil-society", "clubs", 2022, 250_00)
    assert {cell.kern for cell in cells(it)} == {"gemeente"}


def test_an_organisation_counts_from_its_first_year_to_its_last() -> None:
    it = Organisation(BOTH, False, "signal-group", "Oog op Noord", DAY, date(2024, 1, 31))
    expected = {"2022 begun.signal-group": 1, "2024 ended.signal-group": 1}
    assert at(it, "zuidoever") == at(it, "gemeente") == expected
    assert places(it) == {Place(kern, DAY, date(2024, 1, 31)) for kern in BOTH}


def test_a_natural_person_is_neither_counted_nor_listed() -> None:
    it = Organisation(BOTH, False, "whatsapp-coordinator", None, DAY, None)
    assert (cells(it), places(it)) == ({}, frozenset())


def test_a_budget_belongs_to_the_whole() -> None:
    it = BudgetYear((), False, 2022, 6_000, (("clubs", 1_000), ("shore", 5_000)))
    assert cells(it) == {
        Cell("gemeente", 2022, "budget.clubs"): 1_000,
        Cell("gemeente", 2022, "budget.shore"): 5_000,
    }


def test_an_appointment_is_listed_for_as_long_as_it_lasts() -> None:
    assert places(Appointment(BOTH, False, DAY, None)) == {Place(kern, DAY, FOR_EVER) for kern in BOTH}
    assert places(Appointment(BOTH, False, DAY, date(2022, 2, 1))) == frozenset(), "it never began"


def test_an_example_marks_its_kernen_and_the_whole() -> None:
    marked = {cell.kern for cell in cells(Appointment(BOTH, True, DAY, None)) if cell.measure == "example"}
    assert marked == {*BOTH, "gemeente"}


def test_an_example_marks_the_years_in_which_it_shows() -> None:
    def marks(entity: Entity) -> set[int]:
        return {cell.year for cell in cells(entity) if cell.measure == "example"}

    assert marks(Initiative(BOTH, True, DAY, "water")) == {2022}
    assert marks(Appointment(BOTH, True, DAY, None)) == {0}, "whichever year is asked for"
    assert marks(Story(BOTH, True, DAY, withdrawn=True)) == set(), "it is shown nowhere"
    assert marks(Organisation(BOTH, True, "whatsapp-coordinator", None, DAY, None)) == set()


def test_a_grant_is_found_by_its_initiative() -> None:
    it = Grant(BOTH, False, "i-1", "shore", 2022)
    assert places(it) == {Place("i-1", date(2022, 1, 1), date(2022, 12, 31))}
