# SPDX-License-Identifier: EUPL-1.2
"""The term for a decision, worked out by hand with a calendar: weekends, holidays, leap days, DST nights,
supplements and extensions. In brackets is the weekday that the term ends on before it is moved.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.initiatives.term.model import TermRules, alarm_on, begin, extend, resume, suspend
from services.initiatives.term.working_days import working_day
from tests.services.initiatives.conftest import Room

RULES = TermRules(decision_weeks=8, supplement_weeks=2, extension_weeks=8, approaching_days=14)


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2021-03-01", "2021-04-26"),  # [Monday] eight weeks later, an ordinary day
        ("2021-03-02", "2021-04-28"),  # [Tuesday] 27 April, Koningsdag
        ("2020-03-02", "2020-04-28"),  # [Monday] 27 April, Koningsdag
        ("2019-03-02", "2019-04-29"),  # [Saturday] 27 April, Koningsdag on a Saturday
        ("2025-03-01", "2025-04-28"),  # [Saturday] 26 April: Koningsdag, as the 27th is a Sunday
        ("2013-03-05", "2013-05-01"),  # [Tuesday] 30 April, still Koninginnedag
        ("2021-03-10", "2021-05-06"),  # [Wednesday] 5 May, a holiday of this law every year
        ("2020-03-10", "2020-05-06"),  # [Tuesday] 5 May in a lustrum year
        ("2021-02-05", "2021-04-06"),  # [Friday] Good Friday, Easter weekend, Easter Monday
        ("2021-02-06", "2021-04-06"),  # [Saturday] before Easter
        ("2021-02-07", "2021-04-06"),  # [Sunday] Easter Sunday
        ("2021-02-08", "2021-04-06"),  # [Monday] Easter Monday
        ("2021-03-18", "2021-05-14"),  # [Thursday] Ascension Day
        ("2021-03-29", "2021-05-25"),  # [Monday] Whit Monday
        ("2021-03-27", "2021-05-25"),  # [Saturday] before Whitsun
        ("2020-10-30", "2020-12-28"),  # [Friday] Christmas Day, Boxing Day a Saturday, a Sunday
        ("2021-10-30", "2021-12-27"),  # [Saturday] Christmas Day; Boxing Day a Sunday
        ("2019-10-30", "2019-12-27"),  # [Wednesday] Christmas Day, then Boxing Day
        ("2020-11-06", "2021-01-04"),  # [Friday] New Year's Day, then a weekend
        ("2021-11-06", "2022-01-03"),  # [Saturday] New Year's Day
        ("2021-11-05", "2021-12-31"),  # [Friday] New Year's Eve is a working day
        ("2020-01-04", "2020-03-02"),  # [Saturday] the leap day itself
        ("2020-01-03", "2020-02-28"),  # [Friday] just before a leap day
        ("2024-01-04", "2024-02-29"),  # [Thursday] a leap day is a day like any other
        ("2023-01-04", "2023-03-01"),  # [Wednesday] a year without one
        ("2020-02-29", "2020-04-28"),  # [Saturday] received on a leap day; the Monday is Koningsdag
        ("2021-01-31", "2021-03-29"),  # [Sunday] the day the clock goes forward
        ("2021-09-05", "2021-11-01"),  # [Sunday] the day the clock goes back
        ("2022-02-18", "2022-04-19"),  # [Friday] Good Friday again, four days further
        ("2024-03-14", "2024-05-10"),  # [Thursday] Ascension Day; the Friday after is a working day
    ],
)
def test_eight_weeks_and_the_next_working_day(received: str, due: str) -> None:
    assert begin(d(received), RULES).due_on == d(due)


@pytest.mark.parametrize(
    ("received", "asked", "answered", "answer_by", "due"),
    [
        # received Monday 1 March 2021, ends 26 April; asked on the 10th, to be answered by the 24th
        ("2021-03-01", "2021-03-10", "2021-03-10", "2021-03-24", "2021-04-26"),  # the same day: none
        ("2021-03-01", "2021-03-10", "2021-03-11", "2021-03-24", "2021-04-26"),  # the next day: none
        ("2021-03-01", "2021-03-10", "2021-03-15", "2021-03-24", "2021-04-30"),  # 11 to 14 March: 4
        ("2021-03-01", "2021-03-10", "2021-03-24", "2021-03-24", "2021-05-10"),  # its last day: 13, 9 May
        ("2021-03-01", "2021-03-10", "2021-04-20", "2021-03-24", "2021-05-10"),  # too late: 14 days
        ("2021-03-01", "2021-04-26", "2021-05-03", "2021-05-10", "2021-05-03"),  # asked on the last day: 6
        ("2021-03-01", "2021-04-27", "2021-05-03", "2021-05-11", "2021-04-26"),  # the term had passed
        ("2019-12-30", "2020-02-20", "2020-03-02", "2020-03-05", "2020-03-05"),  # over a leap day: 10
        ("2021-03-01", "2021-03-20", "2021-04-06", "2021-04-06", "2021-05-12"),  # by Saturday 3 April: moved
        ("2021-03-01", "2021-03-27", "2021-03-29", "2021-04-12", "2021-04-28"),  # DST night: 1 day; the 27th
    ],
)
def test_a_supplement_makes_it_stand_still(
    received: str, asked: str, answered: str, answer_by: str, due: str
) -> None:
    waiting = suspend(begin(d(received), RULES), d(asked), RULES)
    assert waiting.answer_by == d(answer_by)
    assert resume(waiting, d(answered), RULES).due_on == d(due)


def test_the_date_while_waiting_is_that_of_no_answer() -> None:
    waiting = suspend(begin(d("2021-03-01"), RULES), d("2021-03-10"), RULES)
    assert waiting.due_on == d("2021-05-10")  # 26 April and 14 days
    assert resume(waiting, d("2021-06-01"), RULES).due_on == waiting.due_on
    assert resume(resume(waiting, d("2021-03-15"), RULES), d("2021-05-01"), RULES).due_on == d("2021-04-30")


def test_two_supplements_add_up_and_weekends_do_not() -> None:
    once = resume(suspend(begin(d("2021-03-01"), RULES), d("2021-03-02"), RULES), d("2021-03-08"), RULES)
    assert (once.ends_on, once.due_on) == (d("2021-05-01"), d("2021-05-03"))  # Saturday, Monday
    twice = resume(suspend(once, d("2021-03-09"), RULES), d("2021-03-12"), RULES)
    assert (twice.ends_on, twice.due_on) == (d("2021-05-03"), d("2021-05-03"))


def test_an_extension_ends_on_a_working_day() -> None:
    longer = extend(begin(d("2021-03-01"), RULES), d("2021-05-23"), RULES)
    assert (longer.due_on, longer.extended) == (d("2021-05-25"), True)  # Whit Sunday, Whit Monday


@pytest.mark.parametrize(
    ("moment", "received"),
    [
        ("2021-06-15T21:59:59Z", "2021-06-15"),  # one second before midnight in summer
        ("2021-06-15T22:00:00Z", "2021-06-16"),
        ("2021-03-27T22:59:59Z", "2021-03-27"),  # the night the clock goes forward begins in winter time
        ("2021-03-27T23:00:00Z", "2021-03-28"),
        ("2021-03-28T21:59:59Z", "2021-03-28"),  # and its day ends in summer time, an hour short
        ("2021-03-28T22:00:00Z", "2021-03-29"),
        ("2021-10-30T22:00:00Z", "2021-10-31"),  # the night it goes back begins in summer time
        ("2021-10-31T22:59:59Z", "2021-10-31"),  # and its day ends in winter time, an hour long
        ("2021-10-31T23:00:00Z", "2021-11-01"),
        ("2020-02-28T23:00:00Z", "2020-02-29"),
    ],
)
def test_the_day_is_that_of_the_municipality(room: Room, moment: str, received: str) -> None:
    room.now = datetime.fromisoformat(moment).astimezone(UTC)
    room.submit()
    assert room.view().received_date == d(received)


def test_a_supplement_in_the_last_hour_is_in_time(room: Room) -> None:
    """Asked on 16 June for 7 July: at 23:59 that evening 20 days stood still, a minute later 21."""
    room.submit()
    room.ask_supplement(asked="Een tekening.")
    for initiative_id, moment in (("in-time", "2021-07-07T21:59:00Z"), ("late", "2021-07-07T22:00:00Z")):
        room.now = datetime(2021, 6, 16, 10, tzinfo=UTC)
        room.submit(initiative_id)
        room.ask_supplement(initiative_id, asked="Een tekening.")
        room.now = datetime.fromisoformat(moment)
        room.supplement(initiative_id, answer="Hier is hij.")
    assert room.view("in-time").term.decision_due_date == d("2021-08-17")
    assert room.view("late").term.decision_due_date == d("2021-08-18")
    assert room.view("late").supplements[0].answered_date == d("2021-07-08")


def test_what_is_said_and_when() -> None:
    term = begin(d("2021-03-01"), RULES)
    assert alarm_on(term) == d("2021-04-12")
    assert alarm_on(replace(term, notice="approaching")) == d("2021-04-27")
    assert alarm_on(replace(term, notice="exceeded")) is None
    waiting = suspend(term, d("2021-04-20"), RULES)  # to be answered by 4 May, due on 10 May
    assert alarm_on(waiting) == d("2021-05-05")  # as long as an answer may come, nothing is late


def test_every_day_of_ten_years_ends_on_a_working_day() -> None:
    for number in range(3653):
        due = working_day(d("2015-01-01") + timedelta(days=number), frozenset())
        assert due.weekday() < 5
        assert working_day(due, frozenset()) == due
