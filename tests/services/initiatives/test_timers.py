# SPDX-License-Identifier: EUPL-1.2
"""What the clock alone brings about: once, on its day, and only for what is live."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.initiatives.kernen.store import uncovered_since
from services.initiatives.metrics import WorkMetrics
from shared.contracts.envelope import EventData
from tests.services.initiatives.conftest import APPOINTMENT, ASSESSMENT, SUBMISSION, Room


def types(events: list[EventData]) -> list[str]:
    return [event.TYPE.removeprefix("initiative.").removesuffix(".v1") for event in events]


def on(room: Room, day: str) -> list[str]:
    room.now = datetime.fromisoformat(f"{day}T10:00:00Z")
    return types(room.tick())


def test_a_term_is_near_once_and_passes_once(room: Room) -> None:
    room.appoint()
    room.submit()  # 16 June, due on 28 July, near ten days before it

    assert on(room, "2021-07-17") == []
    assert on(room, "2021-07-18") == ["term-approaching"]
    assert on(room, "2021-07-18") == []
    assert on(room, "2021-07-28") == []  # its last day
    assert on(room, "2021-07-29") == ["term-exceeded"]
    assert on(room, "2021-09-01") == []
    assert [entry.what for entry in room.view().history][-2:] == [
        "initiative.term-approaching",
        "initiative.term-exceeded",
    ]


def test_after_a_long_silence_only_the_worst_is_said(room: Room) -> None:
    room.submit()
    assert on(room, "2022-01-01") == ["term-exceeded"]
    assert on(room, "2022-01-02") == []


def test_the_hour_that_the_clock_changes_says_nothing_twice(room: Room) -> None:
    room.now = datetime(2021, 9, 9, 10, tzinfo=UTC)  # due on 21 October
    room.submit()
    for minute in range(0, 4 * 60, 20):  # around the night of 30 October, when two o'clock comes twice
        room.now = datetime(2021, 10, 30, 22, tzinfo=UTC) + timedelta(minutes=minute)
        assert types(room.tick()) == ([] if minute else ["term-exceeded"])


def test_a_clock_that_steps_back_says_nothing_twice(room: Room) -> None:
    room.appoint(validUntil="2021-07-20")
    room.submit()
    days = ("2021-07-17", "2021-07-18", "2021-07-17", "2021-07-29", "2021-07-28", "2021-07-16", "2021-07-29")
    said = [what for day in days for what in on(room, day)]
    assert said.count("term-approaching") == said.count("term-exceeded") == 1
    assert said.count("assigned") == 0, "it was assigned once, when it came in"


@pytest.mark.parametrize("origin", ["import", "example"])
def test_history_and_examples_have_no_term(room: Room, origin: str) -> None:
    room.submit(origin=origin)
    assert on(room, "2022-01-01") == []
    assert not room.view().term.runs


def test_a_decision_ends_the_term(room: Room) -> None:
    room.submit()
    room.assess(ASSESSMENT)
    assert on(room, "2022-01-01") == []


def test_nothing_is_late_while_an_answer_may_come(room: Room) -> None:
    room.submit()
    room.now = datetime(2021, 7, 16, 10, tzinfo=UTC)
    room.ask_supplement(asked="Een tekening.")  # until 6 August; then due on 18 August
    assert on(room, "2021-08-06") == []
    assert on(room, "2021-08-08") == ["term-approaching"]
    room.supplement(answer="Hier is hij.")
    assert on(room, "2021-08-09") == []
    assert on(room, "2021-08-19") == ["term-exceeded"]


def test_an_appointment_that_begins_takes_up_what_waits(room: Room) -> None:
    room.submit()
    room.submit("i2", origin="example")
    room.appoint(validFrom="2021-07-01")
    assert on(room, "2021-06-30") == []

    assert on(room, "2021-07-01") == ["assigned"]
    assert (room.view().state, room.view().officer_id) == ("assigned", "officer-7")
    assert room.view("i2").state == "submitted"  # an example goes by its own dates
    assert on(room, "2021-07-01") == []


def test_a_kern_that_loses_its_officer_is_told_once(room: Room) -> None:
    room.appoint(validUntil="2021-06-30")
    assert on(room, "2021-06-30") == []

    assert on(room, "2021-07-01") == ["kern.uncovered", "kern.uncovered"]
    assert on(room, "2021-07-02") == []
    room.appoint("a2", validFrom="2021-07-05", kernen=["noordoever"])
    assert on(room, "2021-07-05") == []
    with room.database.reader.connect() as connection:
        assert list(uncovered_since(connection)) == ["zuidoever"]


def test_a_relief_that_leaves_nobody_is_told_at_once(room: Room) -> None:
    room.appoint(kernen=["noordoever"])
    events = room.relieve(validUntil="2021-06-15")
    assert types(events) == ["kernambtenaar.relieved", "kern.uncovered"]
    assert events[1].model_dump(mode="json")["since"] == "2021-06-16"


async def test_the_absent_are_replaced_by_their_deputy(api: httpx.AsyncClient) -> None:
    made = await api.post("/v1/kernambtenaren", json=APPOINTMENT | {"deputyId": "officer-8"})
    absence = {"firstDay": "2021-06-16", "lastDay": "2021-06-20"}
    away = await api.post(made.headers["Location"] + "/absences", json=absence)
    assert away.json()["absences"] == [absence]

    taken = (await api.post("/v1/initiatives", json=SUBMISSION)).json()
    assert taken["officerId"] == "officer-8"
    before = (await api.post("/v1/initiatives", json=SUBMISSION | {"happenedOn": "2021-06-15"})).json()
    assert before["officerId"] == "officer-7"


def test_monitoring_sees_what_nobody_does(room: Room) -> None:
    room.appoint()
    room.submit()
    room.submit("i2", kernen=["de-plaat"])
    figures = WorkMetrics(CollectorRegistry(), room.transactions)

    def seen() -> tuple[float, ...]:
        with room.database.reader.connect() as connection:
            figures.measure(connection)
        gauges = (figures.uncovered, figures.waiting, figures.exceeded)
        return tuple(next(iter(gauge.collect())).samples[0].value for gauge in gauges)

    assert seen() == (1, 1, 0)  # nobody in De Plaat
    room.now = datetime(2021, 7, 29, 10, tzinfo=UTC)
    assert seen() == (1, 1, 2)
