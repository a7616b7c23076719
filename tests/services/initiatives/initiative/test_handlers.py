# SPDX-License-Identifier: EUPL-1.2
"""What each message does to the store and which events it returns, on SQLite and PostgreSQL."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.initiatives.contact.store import find
from services.initiatives.initiative.store import contact_id_of
from shared.contracts.budget import GrantAllocated, GrantDeclined, GrantReserved, GrantSettled
from shared.contracts.refusals import Invalid, NotFound, Refused
from tests.services.initiatives.conftest import ASSESSMENT, MONEY_ASKED, NOW, TODAY, YES, Room


def types(events: Any) -> list[str]:
    return [event.TYPE for event in events]


def grant(initiative_id: str = "i1", cents: int = 350_00) -> dict[str, Any]:
    return {
        "happened_on": TODAY,
        "kernen": ("noordoever",),
        "actor": "system",
        "origin": "live",
        "initiative_id": initiative_id,
        "line": "small-help",
        "year": 2021,
        "amount_cents": cents,
    }


def test_without_an_officer_it_waits(room: Room) -> None:
    events = room.submit()

    assert types(events) == ["initiative.submitted.v1", "kern.uncovered.v1"]
    assert types(room.submit("i2")) == ["initiative.submitted.v1"]  # that is said once
    view = room.view()
    assert (view.state, view.officer_id, view.kernen) == ("submitted", None, ("noordoever", "de-plaat"))
    assert view.received_date == TODAY
    assert view.decision_due_date == TODAY + timedelta(weeks=6)
    (entry,) = view.history
    assert (entry.what, entry.actor, entry.happened_on) == ("initiative.submitted", "submitter", TODAY)
    assert entry.recorded_at == NOW


def test_the_officer_of_the_first_kern_takes_it_up_at_once(room: Room) -> None:
    room.appoint()
    room.appoint("a2", kernen=["de-plaat"], officerId="officer-8")

    events = room.submit()
    assert types(events) == ["initiative.submitted.v1", "initiative.assigned.v1"]
    assert events[1].model_dump(mode="json") == {
        "happenedOn": "2021-06-16",
        "kernen": ["noordoever", "de-plaat"],
        "actor": "system",
        "origin": "live",
        "officerId": "officer-7",
        "dueOn": "2021-07-28",
    }
    assert (room.view().state, room.view().officer_id) == ("assigned", "officer-7")


@pytest.mark.parametrize(
    ("appointed", "submitted_on", "state"),
    [
        ({"validUntil": "2021-05-31"}, "2021-06-01", "submitted"),
        ({"validUntil": "2021-05-31"}, "2021-05-31", "assigned"),
        ({}, "2020-12-31", "submitted"),
        ({"kernen": ["de-plaat"]}, "2021-06-01", "submitted"),  # its second kern
    ],
)
def test_duty_is_that_of_the_day_it_was_received(
    room: Room, appointed: dict[str, Any], submitted_on: str, state: str
) -> None:
    room.appoint(**appointed)
    room.submit(happenedOn=submitted_on, origin="import")
    assert room.view().state == state


def test_of_two_on_duty_the_last_to_begin_takes_it(room: Room) -> None:
    room.appoint("a1", validFrom="2021-03-01", officerId="later")
    room.appoint("a2", validFrom="2021-02-01", officerId="sooner")
    room.submit()
    assert room.view().officer_id == "later"


def test_an_appointment_takes_up_what_waits(room: Room) -> None:
    room.submit("i1", happenedOn="2020-12-01", origin="import")
    room.submit("i2", kernen=["de-plaat", "noordoever"])  # another first kern
    room.submit("i3", kernen=["zuidoever"], origin="example")

    events = room.appoint(happenedOn="2021-02-01")
    assert types(events) == ["kernambtenaar.appointed.v1"] + 2 * ["initiative.assigned.v1"]
    assert [(event.happened_on, event.origin) for event in events[1:]] == [
        (date(2021, 2, 1), "import"),
        (TODAY, "example"),
    ]
    assert [room.view(each).state for each in ("i1", "i2", "i3")] == ["assigned", "submitted", "assigned"]
    assert room.appoint("a2")[1:] == []  # nothing waits any more


def test_contact_is_found_by_reference_only(room: Room) -> None:
    room.submit("i1")
    room.submit("i2", contact=None)
    room.submit("i3", contact={"name": "Alleen een naam"})

    with room.database.reader.connect() as connection:
        one, two, three = (contact_id_of(connection, initiative_id) for initiative_id in ("i1", "i2", "i3"))
        assert one
        assert three
        assert two is None
        assert find(connection, one) == (
            one,
            "Kanarie Naam",
            "kanarie-mail@voorbeeld.example",
            "06-kanarie-telefoon",
            "Kanariestraat 1",
        )
        assert find(connection, three) == (three, "Alleen een naam", None, None, None)
        with pytest.raises(NotFound):
            contact_id_of(connection, "i4")


def test_an_assessment_is_kept_with_its_guide_and_reasons(room: Room) -> None:
    room.submit()
    events = room.assess(MONEY_ASKED)

    assert types(events) == ["initiative.assessed.v1"]
    assert events[0].model_dump()["line"] == "small-help"  # the municipality's default line
    view = room.view()
    assert view.state == "awaiting-grant"
    assert view.assessment
    assert view.assessment.guide_version == "2019-1"
    assert [(a.criterion, a.reason) for a in view.assessment.answers] == [
        ("for-more-than-one", "Voor het hele dorp."),
        ("cannot-without", "Hout is duur."),
    ]
    assert view.money
    assert (view.money.line, view.money.asked_cents, view.money.decision) == (
        "small-help",
        350_00,
        "awaiting",
    )
    assert view.history[-1].why == "support"


def test_an_older_guide_can_be_named(room: Room) -> None:
    room.submit()
    answers = [{"criterion": "old-question", "yes": False, "reason": "Te jong."}]
    room.assess(ASSESSMENT | {"guideVersion": "2018-9", "answers": answers})
    view = room.view()
    assert view.state == "declined"
    assert view.assessment
    assert view.assessment.guide_version == "2018-9"


def test_a_wrong_assessment_writes_nothing(room: Room) -> None:
    room.submit()
    before = room.view()
    with pytest.raises(Invalid):
        room.assess(MONEY_ASKED | {"answers": YES})
    with pytest.raises(NotFound):
        room.assess(ASSESSMENT, "nowhere")
    room.assess(ASSESSMENT)
    with pytest.raises(Refused):
        room.assess(ASSESSMENT)
    assert [entry.what for entry in room.view().history] == [
        *(entry.what for entry in before.history),
        "initiative.assessed",
    ]


def test_the_money_is_followed_and_repeated_in_no_event(room: Room) -> None:
    room.submit()
    room.assess(MONEY_ASKED)
    promised = {"decided_on": TODAY, "legal_basis": "Artikel 3", "recipient_kind": "residents-group"}

    assert room.hear(GrantReserved(**grant())) == []
    assert room.view().state == "awaiting-grant"
    assert room.hear(GrantAllocated(**grant(), **promised)) == []
    assert room.view().state == "funded"
    assert room.view().allowed == ("assignments", "starts", "withdrawals", "corrections")
    assert room.hear(GrantSettled(**grant(cents=300_00), allocated_cents=350_00)) == []

    money, last = room.view().money, room.view().history[-1]
    assert money
    assert (money.decision, money.year, money.allocated_cents, money.settled_cents, money.decided_date) == (
        "allocated",
        2021,
        350_00,
        300_00,
        TODAY,
    )
    assert (last.what, last.actor) == ("grant.settled", "system")
    assert last.recorded_at > NOW  # when the budget recorded it


def test_a_refusal_of_money_shows_its_reason(room: Room) -> None:
    room.submit()
    room.assess(MONEY_ASKED)
    room.hear(GrantDeclined(**grant(), decided_on=TODAY, reason="no-room", criteria=()))
    view = room.view()
    assert view.state == "not-funded"
    assert view.money
    assert view.money.reason == "no-room"
    assert (view.history[-1].what, view.history[-1].why) == ("grant.declined", "no-room")


def test_money_for_something_unknown_is_for_people_to_look_at(room: Room) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        room.hear(GrantReserved(**grant("nowhere")))
    room.submit()
    with pytest.raises(LookupError):
        room.hear(GrantReserved(**grant()))
