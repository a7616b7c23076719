# SPDX-License-Identifier: EUPL-1.2
"""The law's calendar with the days that decrees add, by hand with a calendar; and the cases from outside."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from services.initiatives.term.model import begin, rules_of, suspend
from services.initiatives.term.working_days import working_day
from shared.municipality import Municipality, load_municipality

PROJECT = Path(__file__).parents[4]
CASES = [
    line.split("\t")[:2]
    for line in (PROJECT / "tests" / "cases" / "working-days.tsv").read_text().splitlines()
    if not line.startswith("#")
]
# The day that a term ends on as counted, and its last day.
BY_HAND = [
    ("2026-01-01", "2026-01-05"),  # Thursday, New Year's Day; the Friday by decree; a weekend
    ("2026-01-02", "2026-01-05"),  # Friday, by decree
    ("2026-01-03", "2026-01-05"),  # Saturday
    ("2026-01-05", "2026-01-05"),  # Monday
    ("2026-04-02", "2026-04-02"),  # Thursday before Good Friday
    ("2026-04-03", "2026-04-07"),  # Good Friday, and all of Easter
    ("2026-04-04", "2026-04-07"),  # Saturday
    ("2026-04-05", "2026-04-07"),  # Easter Sunday
    ("2026-04-06", "2026-04-07"),  # Easter Monday
    ("2026-04-07", "2026-04-07"),  # Tuesday
    ("2026-04-25", "2026-04-28"),  # Saturday, a Sunday, King's Day
    ("2026-04-27", "2026-04-28"),  # Monday, King's Day
    ("2026-05-04", "2026-05-04"),  # Monday: the remembrance is no holiday
    ("2026-05-05", "2026-05-06"),  # Tuesday, Liberation Day
    ("2026-05-14", "2026-05-18"),  # Ascension Day, the Friday by decree, a weekend
    ("2026-05-15", "2026-05-18"),  # Friday, by decree
    ("2026-05-16", "2026-05-18"),  # Saturday
    ("2026-05-18", "2026-05-18"),  # Monday
    ("2026-05-23", "2026-05-26"),  # Saturday before Whitsun
    ("2026-05-25", "2026-05-26"),  # Whit Monday
    ("2026-12-24", "2026-12-24"),  # Thursday: Christmas Eve is a working day
    ("2026-12-25", "2026-12-28"),  # Friday, Christmas Day; Boxing Day is a Saturday
    ("2026-12-26", "2026-12-28"),  # Saturday, Boxing Day
    ("2026-12-31", "2026-12-31"),  # Thursday: New Year's Eve is a working day
    ("2027-01-01", "2027-01-04"),  # Friday, New Year's Day
    ("2027-03-26", "2027-03-30"),  # Good Friday
    ("2027-03-29", "2027-03-30"),  # Easter Monday
    ("2027-04-27", "2027-04-28"),  # Tuesday, King's Day
    ("2027-05-05", "2027-05-10"),  # Wednesday, Liberation Day; Ascension Day; the Friday by decree; a weekend
    ("2027-05-06", "2027-05-10"),  # Ascension Day
    ("2027-05-07", "2027-05-10"),  # Friday, by decree
    ("2027-05-17", "2027-05-18"),  # Whit Monday
    ("2027-12-25", "2027-12-27"),  # Saturday, Christmas Day; Boxing Day is a Sunday
    ("2027-12-27", "2027-12-27"),  # Monday
    ("2028-01-01", "2028-01-03"),  # Saturday, New Year's Day
    ("2028-04-14", "2028-04-18"),  # Good Friday
    ("2028-04-17", "2028-04-18"),  # Easter Monday
    ("2028-04-27", "2028-05-01"),  # Thursday, King's Day; the Friday by decree; a weekend
    ("2028-04-28", "2028-05-01"),  # Friday, by decree
    ("2028-05-01", "2028-05-01"),  # Monday: Labour Day is no holiday
    ("2028-05-05", "2028-05-08"),  # Friday, Liberation Day
    ("2028-05-25", "2028-05-29"),  # Ascension Day, the Friday by decree, a weekend
    ("2028-05-26", "2028-05-29"),  # Friday, by decree
    ("2028-06-05", "2028-06-06"),  # Whit Monday
    ("2028-12-25", "2028-12-27"),  # Monday, Christmas Day; Boxing Day
    ("2028-12-29", "2028-12-29"),  # Friday
]


@pytest.fixture(scope="module")
def buren() -> Municipality:
    return load_municipality(PROJECT / "deploy" / "municipalities" / "buren.toml")


@pytest.mark.parametrize(("day", "is_working_day"), CASES, ids=[day for day, _ in CASES])
def test_the_cases_from_outside(buren: Municipality, day: str, is_working_day: str) -> None:
    """Received eight weeks before, the last day is that day or the next working day."""
    ends_on = date.fromisoformat(day)
    due_on = begin(ends_on - timedelta(weeks=8), rules_of(buren)).due_on
    assert (due_on == ends_on) == (is_working_day == "yes")
    assert due_on == working_day(due_on, buren.days_equated)


@pytest.mark.parametrize(("ends_on", "due_on"), BY_HAND)
def test_the_days_by_hand(buren: Municipality, ends_on: str, due_on: str) -> None:
    received = date.fromisoformat(ends_on) - timedelta(weeks=8)
    assert begin(received, rules_of(buren)).due_on == date.fromisoformat(due_on)


def test_a_supplement_is_awaited_until_a_working_day(buren: Municipality) -> None:
    rules = rules_of(buren)
    term = suspend(begin(date(2026, 4, 20), rules), date(2026, 5, 1), rules)
    assert term.answer_by == date(2026, 5, 18)  # two weeks later is Friday 15 May, by decree


def test_a_municipality_without_a_list_has_the_days_of_the_law() -> None:
    assert working_day(date(2026, 5, 15), frozenset()) == date(2026, 5, 15)
    assert working_day(date(2026, 5, 14), frozenset()) == date(2026, 5, 15)
