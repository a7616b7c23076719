# SPDX-License-Identifier: EUPL-1.2
"""How long what people told is kept, and what may go at once: computed by hand."""

from datetime import date

import pytest

from services.initiatives.initiative.lifecycle import NEXT
from services.initiatives.persons.model import DONE, ENDS, UNDECIDED, Record, is_due, kept_until, later
from services.initiatives.persons.sentences import about_erasure
from shared.municipality.taking_part import Retention

TERMS = (
    Retention(result="granted", years=7, source="A"),
    Retention(result="declined", years=4, source="B"),
)


def record(state: str, assessed: bool = True, granted: bool = False, on: str = "2020-02-29") -> Record:
    return Record("i1", state, date(2020, 1, 1), date.fromisoformat(on), assessed, granted)


@pytest.mark.parametrize(
    ("state", "assessed", "fate"),
    [
        ("submitted", False, "needed"),
        ("assigned", False, "needed"),
        ("awaiting-grant", True, "needed"),
        ("withdrawn", False, "gone"),
        ("withdrawn", True, "locked"),
        ("declined", True, "locked"),
        ("redirected", True, "locked"),
        ("supported", True, "locked"),
        ("funded", True, "locked"),
        ("not-funded", True, "locked"),
        ("started", True, "locked"),
        ("realised", True, "locked"),
    ],
)
def test_what_happens_to_words_when_somebody_asks_to_be_erased(state: str, assessed: bool, fate: str) -> None:
    assert record(state, assessed).fate == fate


def test_every_state_of_an_initiative_is_thought_of() -> None:
    decided = {"supported", "funded", "not-funded", "started"}
    assert set(NEXT) <= UNDECIDED | set(ENDS) | DONE | decided


def test_a_term_runs_from_the_last_step_by_its_result() -> None:
    assert kept_until(record("realised", granted=True), TERMS) == date(2027, 2, 28)
    assert kept_until(record("declined"), TERMS) == date(2024, 2, 29)
    assert kept_until(record("realised"), TERMS) is None  # for support alone this municipality set none
    assert kept_until(record("started", granted=True), TERMS) is None  # open still
    assert later(date(2021, 12, 31), 1) == date(2022, 12, 31)


def test_the_last_day_of_a_term_is_kept() -> None:
    assert not is_due(record("declined"), TERMS, date(2024, 2, 29))
    assert is_due(record("declined"), TERMS, date(2024, 3, 1))
    assert not is_due(record("started"), TERMS, date(2999, 1, 1))


def test_the_person_is_told_what_stays_and_until_when() -> None:
    gone, declined, open_one = about_erasure([record("declined"), record("submitted", assessed=False)], TERMS)
    assert "e-mailadres, telefoonnummer en adres" in gone
    assert "uw aanvraag van 1 januari 2020" in declined
    assert "tot en met 29 februari 2024 bewaren (Archiefwet)" in declined
    assert "Trek dan uw aanvraag in" in open_one
