# SPDX-License-Identifier: EUPL-1.2
"""Decisions about a survey, without a store."""

from dataclasses import replace
from datetime import date

import pytest

from services.surveys.survey import codes, model
from services.surveys.survey.model import Option, Question, Survey
from shared.contracts.commands import Act
from shared.contracts.refusals import Invalid, Refused
from shared.contracts.surveys import SurveyOpened

SURVEY = Survey(
    id="survey",
    state="planned",
    instrument="pulse",
    audience="residents",
    title="Hoe gaat het?",
    introduction=None,
    access="codes",
    kernen=("noordoever",),
    invited={},
    questions=(Question("mark", "mark", "Cijfer?", "say-in-plans"),),
    comparable_with=(),
    opens_on=date(2021, 9, 1),
    closes_on=date(2021, 9, 30),
    changed_on=date(2021, 8, 1),
    origin="live",
)
OPEN = replace(SURVEY, state="open", changed_on=date(2021, 9, 1))
CLOSED = replace(SURVEY, state="closed")


def on(day: int, month: int = 9) -> Act:
    return Act("official", date(2021, month, day), "live")


def test_what_is_planned_for_later_says_nothing() -> None:
    assert model.plan(SURVEY, on(31, 8)) == model.SurveyChange(SURVEY)
    change = model.plan(SURVEY, on(1))
    assert isinstance(change.event, SurveyOpened)
    assert (change.survey.state, change.event.title) == ("open", "Hoe gaat het?")


@pytest.mark.parametrize(
    ("survey", "act", "code"),
    [(SURVEY, on(31, 8), "survey-not-yet"), (SURVEY, on(1, 10), "survey-over"),
     (OPEN, on(2), "survey-open"), (CLOSED, on(2), "survey-closed")],
)  # fmt: skip
def test_it_opens_once_within_its_days(survey: Survey, act: Act, code: str) -> None:
    with pytest.raises(Refused) as refused:
        model.open_now(survey, act)
    assert refused.value.code == code


def test_a_planned_survey_cannot_close() -> None:
    with pytest.raises(Refused) as refused:
        model.close(SURVEY, on(2))
    assert (refused.value.code, refused.value.allowed) == ("survey-planned", ("openings", "codes"))


def test_nothing_happens_before_the_last_step() -> None:
    with pytest.raises(Invalid, match="before its last step"):
        model.close(replace(OPEN, changed_on=date(2021, 9, 5)), on(4))


@pytest.mark.parametrize("survey", [OPEN, SURVEY])
def test_answers_are_taken_from_the_first_day_to_the_last(survey: Survey) -> None:
    for day in (1, 30):
        assert model.take_answer(survey, date(2021, 9, day)).survey.state == "open"
    with pytest.raises(Refused, match="no more answers"):
        model.take_answer(survey, date(2021, 10, 1))


def test_codes_are_issued_until_it_closes() -> None:
    model.issue_codes(SURVEY)
    model.issue_codes(OPEN)
    for survey in (CLOSED, replace(OPEN, access="open")):
        with pytest.raises(Refused):
            model.issue_codes(survey)
        assert "codes" not in survey.allowed
    assert OPEN.allowed == ("closings", "codes")


def test_the_choices_of_a_question() -> None:
    choice = Question("c", "choice", "?", "i", (Option("a", "A", agrees=True), Option("b", "B")))
    assert [option.id for option in choice.choices] == ["a", "b"]
    assert len(Question("m", "mark", "?", "i").choices) == 10
    assert [option.agrees for option in Question("g", "agree", "?", "i").choices] == [False] * 3 + [True] * 2
    assert Question("o", "open", "?").choices == ()


def test_a_code_is_the_same_however_it_is_typed() -> None:
    code = codes.fresh()
    assert len({codes.hash_of("s", typed) for typed in (code, code.lower(), code.replace("-", " "))}) == 1
    assert codes.hash_of("s", code) != codes.hash_of("another", code)
    assert len({codes.fresh() for _ in range(1000)}) == 1000
