# SPDX-License-Identifier: EUPL-1.2
"""Weighing by the guide: given a guide and answers, then an outcome, or everything that is wrong at once."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.initiatives.assessment.model import (
    Assessment,
    CriterionAnswer,
    Question,
    Rules,
    Weighing,
    assessment_of,
    outcome_by_rules,
)
from services.initiatives.assessment.weighing_checks import check
from services.initiatives.initiative import model
from services.initiatives.initiative.lifecycle import Initiative, InitiativeStep
from services.initiatives.initiative.model import correct
from services.initiatives.term.model import TermRules, begin
from shared.contracts.commands import Act
from shared.contracts.refusals import Findings, Invalid, Refused

GENERAL = (Question("beyond-one", "redirect"), Question("lawful", "decline"))
RULES = Rules(
    guide_version="9",
    questions=(*GENERAL, Question("one-off", None)),
    destinations=("front-desk",),
    grant_lines=frozenset({"shore", "small-help"}),
    goals=frozenset({1, 2}),
    most_cents=1_000_00,
)
TERM = begin(date(2021, 3, 1), TermRules(6, 3, 4, 10))
ACT = Act("kernambtenaar", date(2021, 6, 1), "live")


def weighed(beyond_one: bool = True, lawful: bool = True, one_off: bool = True, **changes: Any) -> Weighing:
    found = Weighing(
        answers=(
            CriterionAnswer("lawful", lawful, "Geheim: dit mag."),
            CriterionAnswer("beyond-one", beyond_one, "Geheim: voor allen."),
            CriterionAnswer("one-off", one_off, "Geheim: eenmalig."),
        ),
        outcome=None,
        motivation=None,
        goals=(1,),
        support_kinds=("money",),
        line="shore",
        amount_cents=500_00,
        destination=None,
        public_title="Een steiger",
        public_summary="Om te zwemmen.",
    )
    return replace(found, **changes)


def without_money(**answers: bool) -> Weighing:
    found = weighed(**answers)
    return replace(found, answers=found.answers[:2], support_kinds=(), line=None, amount_cents=None)


def initiative(**changes: Any) -> Initiative:
    start = date(2021, 3, 1)
    known = Initiative(
        "i1", "assigned", ("noordoever",), "business", "live", start, TERM, start, officer_id="officer-7"
    )
    return replace(known, **changes)


def assess(
    initiative: Initiative, weighing: Weighing, rules: Rules, act: Act
) -> tuple[list[InitiativeStep], Assessment]:
    made = assessment_of(weighing, rules)
    return model.assess(initiative, made, act), made


def wrong(weighing: Weighing, rules: Rules = RULES) -> list[tuple[str, str]]:
    findings = Findings()
    check(weighing, rules, findings)
    try:
        findings.settle()
    except Invalid as invalid:
        return [(error.field, error.message) for error in invalid.errors]
    return []


@pytest.mark.parametrize(
    ("weighing", "outcome"),
    [
        (weighed(), "support"),
        (weighed(lawful=False), "decline"),
        (weighed(beyond_one=False), "redirect"),
        (weighed(beyond_one=False, lawful=False), "redirect"),  # the guide's order, not the answers'
        (weighed(one_off=False), "support"),  # the money's own questions are judged with the money
    ],
)
def test_the_first_no_decides(weighing: Weighing, outcome: str) -> None:
    assert outcome_by_rules(weighing, RULES) == outcome
    assert assess(initiative(), weighing, RULES, ACT)[1].outcome == outcome


@pytest.mark.parametrize(
    ("weighing", "state"),
    [
        (weighed(), "awaiting-grant"),
        (weighed(lawful=False), "declined"),
        (weighed(beyond_one=False), "redirected"),
        (without_money(), "supported"),
        (without_money(lawful=False), "declined"),
    ],
)
def test_the_outcome_is_the_next_state(weighing: Weighing, state: str) -> None:
    (step, *_), _ = assess(initiative(), weighing, RULES, ACT)
    assert step.initiative.state == state
    assert (step.initiative.money is not None) == (state == "awaiting-grant")
    assert step.initiative.changed_on == ACT.happened_on


def test_the_event_has_codes_and_the_public_words_only() -> None:
    (step,), _ = assess(initiative(), weighed(one_off=False), RULES, ACT)
    told = step.event.data.model_dump_json()
    assert "Geheim" not in told
    assert step.event.data.model_dump(mode="json") == {
        "happenedOn": "2021-06-01",
        "kernen": ["noordoever"],
        "actor": "kernambtenaar",
        "origin": "live",
        "guideVersion": "9",
        "answers": [
            {"criterion": "lawful", "yes": True},
            {"criterion": "beyond-one", "yes": True},
            {"criterion": "one-off", "yes": False},
        ],
        "outcome": "support",
        "overruled": False,
        "goals": [1],
        "supportKinds": ["money"],
        "submitterKind": "business",
        "line": "shore",
        "amountAskedCents": 50000,
        "publicTitle": "Een steiger",
        "publicSummary": "Om te zwemmen.",
        "officerId": None,
    }


def test_an_outcome_can_be_overruled_with_a_motivation() -> None:
    overruled = weighed(lawful=False, outcome="support", motivation="De wet verandert op 1 juli.")
    assert wrong(overruled) == []
    (step,), assessment = assess(initiative(), overruled, RULES, ACT)
    assert assessment.overruled
    assert step.initiative.state == "awaiting-grant"

    told = [("motivation", "the answers lead to decline; say why the outcome is another")]
    assert wrong(replace(overruled, motivation=None)) == told


def test_naming_the_outcome_that_follows_overrules_nothing() -> None:
    same = weighed(lawful=False, outcome="decline")
    assert wrong(same) == []
    assert not assess(initiative(), same, RULES, ACT)[1].overruled


@pytest.mark.parametrize("state", ["supported", "awaiting-grant", "declined", "withdrawn", "started"])
def test_only_one_weighing_counts(state: Any) -> None:
    with pytest.raises(Refused) as refusal:
        assess(initiative(state=state), weighed(), RULES, ACT)
    assert "assessments" not in refusal.value.allowed


def test_what_nobody_took_up_can_be_weighed() -> None:
    (step,), _ = assess(initiative(state="submitted", officer_id=None), weighed(), RULES, ACT)
    assert step.initiative.state == "awaiting-grant"


def test_everything_wrong_is_in_one_answer() -> None:
    answers = (
        CriterionAnswer("lawful", True, "a"),
        CriterionAnswer("lawful", False, "b"),
        CriterionAnswer("weather", True, "c"),
    )
    found = wrong(weighed(answers=answers, goals=(1, 7), amount_cents=1_000_01))
    assert [field for field, _ in found] == [
        "amountCents",
        "answers.0.criterion",
        "answers.1.criterion",
        "answers.2.criterion",
        "answers",
        "answers",
        "goals.1",
    ]
    messages = " ".join(message for _, message in found)
    for told in ("100000", "2 times", "weather is not a question", "beyond-one is not answered", "1, 2"):
        assert told in messages


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"amount_cents": None}, "amountCents", "required"),
        ({"amount_cents": 0}, "amountCents", "not between 1 and 100000"),
        ({"line": "clubs"}, "line", "choose from shore, small-help"),
        ({"support_kinds": ("knowledge",), "line": None}, "amountCents", "leave it out"),
        ({"support_kinds": (), "amount_cents": None}, "line", "leave it out"),
    ],
)
def test_money_needs_a_line_and_an_amount_and_nothing_else_does(
    changes: dict[str, Any], field: str, told: str
) -> None:
    (found,) = wrong(weighed(**changes))
    assert found[0] == field
    assert told in found[1]


def test_an_unknown_guide_is_the_only_thing_said_of_the_answers() -> None:
    (found,) = wrong(weighed(), replace(RULES, questions=None))
    assert found == ("guideVersion", "there is no guide 9; leave it out")


def test_who_is_redirected_is_told_where_to_go() -> None:
    (assessed, redirected), _ = assess(
        initiative(), weighed(beyond_one=False, destination="front-desk"), RULES, ACT
    )
    assert assessed.event.data.TYPE == "initiative.assessed.v1"
    assert redirected.event.data.model_dump(mode="json") == {
        "happenedOn": "2021-06-01",
        "kernen": ["noordoever"],
        "actor": "kernambtenaar",
        "origin": "live",
        "destination": "front-desk",
    }


@pytest.mark.parametrize(
    ("weighing", "told"),
    [
        (weighed(beyond_one=False), "is missing: where to go with it; choose from front-desk"),
        (weighed(beyond_one=False, destination="mayor"), "mayor is not a destination of this municipality"),
        (weighed(destination="front-desk"), "leave it out"),
    ],
)
def test_a_destination_belongs_to_a_redirection(weighing: Weighing, told: str) -> None:
    (found,) = wrong(weighing)
    assert found[0] == "destination"
    assert told in found[1]


def test_who_was_given_time_to_answer_has_it() -> None:
    waiting = initiative(
        state="awaiting-supplement", term=replace(TERM, asked_on=ACT.happened_on, answer_by=ACT.happened_on)
    )
    with pytest.raises(Refused) as refusal:
        assess(waiting, weighed(), RULES, ACT)
    assert refusal.value.code == "supplement-awaited"
    assert refusal.value.allowed == ("assignments", "supplements", "withdrawals")
    later = replace(ACT, happened_on=date(2021, 6, 2))
    assert assess(waiting, weighed(), RULES, later)[0][0].initiative.state == "awaiting-grant"


def test_a_correction_replaces_the_public_words() -> None:
    step = correct(initiative(state="funded", published=True), "Beter", "Zo is het.", ACT)
    told = step.event.data.model_dump(mode="json")
    assert (told["publicTitle"], told["publicSummary"]) == ("Beter", "Zo is het.")
