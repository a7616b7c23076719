# SPDX-License-Identifier: EUPL-1.2
"""Duty: given an appointment, then on which days it counts, and how it ends."""

from datetime import date

import pytest

from services.initiatives.kernambtenaren.model import Appointment, appoint, relieve, takes_up_on
from shared.contracts.commands import Act
from shared.contracts.refusals import Invalid, Refused

ACT = Act("official", date(2021, 6, 1), "live")


def given(first: str = "2021-03-01", last: str | None = "2021-08-31") -> Appointment:
    return Appointment(
        id="a1",
        officer_id="officer-7",
        kernen=("noordoever", "zuidoever"),
        valid_from=date.fromisoformat(first),
        valid_until=date.fromisoformat(last) if last else None,
        functional_address="noord@waterrijk.example",
        origin="live",
    )


def test_the_event_names_kernen_and_period_but_no_address() -> None:
    event = appoint(given(), ACT)
    assert event.subject == "a1"
    assert event.data.model_dump(mode="json") == {
        "happenedOn": "2021-06-01",
        "kernen": ["noordoever", "zuidoever"],
        "actor": "official",
        "origin": "live",
        "officerId": "officer-7",
        "validFrom": "2021-03-01",
        "validUntil": "2021-08-31",
    }


@pytest.mark.parametrize(
    ("day", "covered"),
    [("2021-02-28", False), ("2021-03-01", True), ("2021-08-31", True), ("2021-09-01", False)],
)
def test_both_dates_are_days_on_duty(day: str, covered: bool) -> None:
    assert given().covers(date.fromisoformat(day)) == covered
    assert given(last=None).covers(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("received", "appointed", "day"),
    [
        ("2021-02-01", "2021-04-01", "2021-04-01"),  # it waited; taken up when the official was appointed
        ("2021-02-01", "2021-02-15", "2021-03-01"),  # appointed beforehand: on the first day
        ("2021-05-01", "2021-04-01", "2021-05-01"),  # history that comes in later
        ("2021-02-01", "2021-09-01", None),  # appointed for a period that is over
        ("2021-09-01", "2021-04-01", None),
    ],
)
def test_what_waits_is_taken_up_within_the_period(received: str, appointed: str, day: str | None) -> None:
    found = takes_up_on(
        given(), date.fromisoformat(received), date.fromisoformat(appointed), today=date(2021, 12, 1)
    )
    assert found == (date.fromisoformat(day) if day else None)


def test_what_waits_goes_on_waiting_for_a_period_to_come() -> None:
    today = date(2021, 2, 20)
    assert takes_up_on(given(), date(2021, 2, 1), today, today) is None


@pytest.mark.parametrize("last", ["2021-08-31", None])
def test_an_appointment_ends_sooner_than_was_known(last: str | None) -> None:
    ended, event = relieve(given(last=last), date(2021, 6, 30), ACT)
    assert ended.valid_until == date(2021, 6, 30)
    assert event.data.model_dump(mode="json")["validUntil"] == "2021-06-30"


def test_an_appointment_does_not_end_later_or_before_it_began() -> None:
    with pytest.raises(Refused, match="ends on 2021-08-31 already"):
        relieve(given(), date(2021, 8, 31), ACT)
    with pytest.raises(Invalid, match="before the appointment begins"):
        relieve(given(), date(2021, 2, 28), ACT)
