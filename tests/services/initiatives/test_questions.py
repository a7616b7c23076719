# SPDX-License-Identifier: EUPL-1.2
"""What other services are told when they ask whom to write to."""

from datetime import date

import pytest

from services.initiatives.questions import contact, officer
from shared.contracts.initiatives import ContactAnswer, ContactQuestion, OfficerQuestion
from shared.contracts.refusals import NotFound
from tests.services.initiatives.conftest import ASSESSMENT, YES, Room


def asked(room: Room, initiative_id: str) -> ContactAnswer:
    with room.database.reader.connect() as connection:
        return contact(connection, ContactQuestion(initiative_id=initiative_id))


def test_a_letter_has_the_receipt_and_then_the_reasons(room: Room) -> None:
    room.submit()
    receipt = ContactAnswer(
        name="Kanarie Naam",
        email="kanarie-mail@voorbeeld.example",
        title="Een steiger voor iedereen",
        description="Wij willen een steiger.\n\tMet een bank.",
        received_on=date(2021, 6, 16),
        decision_due_on=date(2021, 7, 28),
        outcome=None,
        public_title=None,
        number="WTR-2021-00001",
    )
    assert asked(room, "i1") == receipt

    room.assess(ASSESSMENT | {"answers": [YES[0] | {"yes": False, "reason": "Voor één gezin."}]})
    answer = asked(room, "i1")
    assert (answer.outcome, answer.public_title) == ("decline", "Steiger in Noordoever")
    assert answer.reply_subject == "Ons besluit over uw initiatief: Een steiger voor iedereen"
    assert answer.reply_text == room.view().assessment.reply_text  # type: ignore[union-attr]
    for told in (
        "nee op de vraag: Is het plan voor meer dan één huishouden?\nVoor één gezin.",
        "besliste de kernambtenaar, namens het college van burgemeester en wethouders van Waterrijk",
        "binnen 5 weken bezwaar maken",  # money was asked
    ):
        assert told in (answer.reply_text or "")


def test_what_is_missing_is_told_in_the_words_of_who_asked(room: Room) -> None:
    room.submit()
    room.ask_supplement(asked="Mogen wij de tekening zien?")
    assert asked(room, "i1").supplement_asked == "Mogen wij de tekening zien?"


def test_nobody_is_reached_who_left_no_address(room: Room) -> None:
    room.submit(contact=None)
    for initiative_id in ("i1", "nowhere"):
        with pytest.raises(NotFound):
            asked(room, initiative_id)


def test_an_officer_is_reached_where_last_appointed(room: Room) -> None:
    room.appoint("a1", validFrom="2021-03-01", functionalAddress="nieuw@waterrijk.example")
    room.appoint("a2", validFrom="2021-02-01", functionalAddress="oud@waterrijk.example")
    with room.database.reader.connect() as connection:
        assert officer(connection, OfficerQuestion(officer_id="officer-7")).email == "nieuw@waterrijk.example"
        with pytest.raises(NotFound):
            officer(connection, OfficerQuestion(officer_id="nobody"))
