# SPDX-License-Identifier: EUPL-1.2
"""What people read when a term turns: each letter has what the law and good manners ask."""

from typing import Any

import pytest
from sqlalchemy import Text, cast, select

from services.notifications.feed import queries
from services.notifications.feed.handlers import corrected as correct
from services.notifications.feed.tables import feed_item
from services.notifications.letters.letter import render
from services.notifications.notices.handlers import route
from shared.contracts.examples import example
from shared.contracts.initiatives import InitiativeAssessed
from shared.contracts.initiatives.life import InitiativePublicationCorrected
from shared.messaging.transaction import Cause, Transactions
from shared.migrate import migrate
from shared.municipality import Municipality
from tests.conftest import OpenDatabase
from tests.services.notifications.post import CONTACT

FACTS: dict[str, Any] = {
    "kernen": ["noordoever"],
    "answerBy": "2026-03-19",
    "decisionDueOn": "2026-05-10",
    "reason": "advice-needed",
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("receipt", ("1 maart 2026", "Noordoever", "26 april 2026", "Loket Dorpen")),
        ("supplement-requested", ("Waar komt het bankje?", "19 maart 2026", "staat de tijd", "10 mei 2026")),
        ("term-extended", ("duurt langer", "10 mei 2026", "advies van anderen")),
        ("assessed", ("Er staat al een bankje.", "Loket Dorpen")),
        ("term-approaching", ("Noordoever", "10 mei 2026", "nog geen besluit")),
        ("term-exceeded", ("Noordoever", "10 mei 2026", "te laat")),
    ],
)
def test_a_letter_has_what_it_must(
    template: str, expected: tuple[str, ...], municipality: Municipality
) -> None:
    letter = render(template, FACTS, CONTACT, municipality)
    for words in expected:
        assert words in letter.text
    assert "<b>" not in letter.html.partition("<body")[2]  # shown as it was typed, never as markup


def test_a_receipt_holds_nothing_that_its_receiver_may_not_have_written(municipality: Municipality) -> None:
    """Anybody can have it sent to any address: under the municipality's name, it would carry their words."""
    theirs = CONTACT.model_copy(update={"name": "Kanarie KOOP NU", "title": "kanarie"})
    letter = render("receipt", FACTS, theirs, municipality)
    for part in (letter.subject, letter.text, letter.html):
        assert "kanarie" not in part.lower()


def test_a_receipt_has_the_number_once_there_is_one(municipality: Municipality) -> None:
    numbered = CONTACT.model_copy(update={"number": "WR-2026-17"})
    letter = render("receipt", FACTS, numbered, municipality)
    assert "WR-2026-17" in letter.subject
    assert "Het nummer is WR-2026-17." in letter.text


def test_words_of_people_are_escaped(municipality: Municipality) -> None:
    theirs = CONTACT.model_copy(update={"title": "een <b>vet</b> bankje"})
    letter = render("supplement-requested", FACTS, theirs, municipality)
    assert "een <b>vet</b> bankje" in letter.subject
    assert "een <b>vet</b> bankje" not in letter.html


@pytest.mark.parametrize("basis", [{}, {"legalBasis": None}, {"legalBasis": "Awb, artikel 4:25"}])
def test_a_refusal_says_on_what_it_rests_if_that_was_told(
    basis: dict[str, Any], municipality: Municipality
) -> None:
    facts = {"decidedOn": "2026-03-01", "amountCents": 100, "reason": "no-room", "criteria": [], **basis}
    letter = render("grant-declined", facts, CONTACT, municipality)
    assert ("Het besluit steunt op: Awb, artikel 4:25." in letter.text) == bool(basis.get("legalBasis"))


def test_a_corrected_publication_is_corrected_in_the_news(
    open_database: OpenDatabase, municipality: Municipality
) -> None:
    database = open_database("notifications")
    migrate(database, "services.notifications")
    assessed, corrected = example(InitiativeAssessed), example(InitiativePublicationCorrected)
    with database.engine.begin() as connection:
        tx = Transactions(database, municipality).begin(connection, Cause("because"))
        route(assessed, tx)
        correct(corrected, tx)
        assert queries.title_of(connection, assessed.subject) == corrected.data.public_title
        kept = connection.execute(select(cast(feed_item.c.facts, Text))).scalars().all()
    assert kept
    assert not any(assessed.data.public_title in facts for facts in kept)
