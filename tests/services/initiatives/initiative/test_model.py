# SPDX-License-Identifier: EUPL-1.2
"""The life of an initiative: given a state, when something is done, then the next state or a refusal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from services.initiatives.assessment.model import CriterionAnswer, Question, Rules, Weighing, assessment_of
from services.initiatives.initiative import deadlines, model
from services.initiatives.initiative.commands import SubmitInitiative
from services.initiatives.initiative.lifecycle import (
    NEXT,
    Initiative,
    InitiativeStep,
    State,
    Transition,
    admit,
)
from services.initiatives.term.model import TermRules, begin
from shared.contracts.commands import Act
from shared.contracts.envelope import Origin
from shared.contracts.initiatives import InitiativeAssigned
from shared.contracts.refusals import Invalid, Refused

RECEIVED, TODAY = date(2021, 3, 1), date(2021, 4, 1)
RULES = TermRules(decision_weeks=6, supplement_weeks=3, extension_weeks=4, approaching_days=10)
TO: dict[Transition, tuple[str, str]] = {  # the event, and the state; "" stays as it is
    "assignments": ("reassigned", ""),
    "supplement-requests": ("supplement-requested", "awaiting-supplement"),
    "supplements": ("supplemented", "assigned"),
    "extensions": ("term-extended", ""),
    "assessments": ("assessed", "declined"),
    "corrections": ("publication-corrected", ""),
    "withdrawals": ("withdrawn", "withdrawn"),
    "starts": ("started", "started"),
    "realisations": ("realised", "realised"),
    "evaluations": ("evaluated", "evaluated"),
}
ASKED = SubmitInitiative(
    kernen=("noordoever", "de-plaat"),
    theme="water",
    submitter_kind="resident",
    channel="web",
    title="Onze woorden",
    description="Blijven binnen",
    amount_asked_cents=100,
)


def given(state: State, origin: Origin = "live", published: bool = True) -> Initiative:
    return Initiative(
        id="i1",
        state=state,
        kernen=("noordoever", "de-plaat"),
        submitter_kind="resident",
        origin=origin,
        received_on=RECEIVED,
        term=begin(RECEIVED, RULES),
        changed_on=RECEIVED,
        published=published,
        officer_id="officer-7",
    )


def act(on: date = TODAY, origin: Origin = "live") -> Act:
    return Act("official", on, origin)


def assessed(it: Initiative) -> InitiativeStep:
    no = (CriterionAnswer("lawful", False, "Mag niet."),)
    rules = Rules("9", (Question("lawful", "decline"),), (), frozenset(), frozenset({1}), 0)
    weighing = Weighing(no, None, None, (), (), None, None, None, "Titel", "Samenvatting")
    return model.assess(it, assessment_of(weighing, rules), act())[0]


WHEN: dict[Transition, Callable[[Initiative], InitiativeStep]] = {
    "assignments": lambda it: model.reassign(it, "officer-8", act()),
    "supplement-requests": lambda it: deadlines.ask_supplement(it, RULES, act()),
    "supplements": lambda it: deadlines.supplement(it, RULES, act()),
    "extensions": lambda it: deadlines.extend(it, date(2021, 4, 30), "complex", RULES, act()),
    "assessments": assessed,
    "corrections": lambda it: model.correct(it, "Titel", "Samenvatting", act()),
    "withdrawals": lambda it: model.withdraw(it, act()),
    "starts": lambda it: model.start(it, act()),
    "realisations": lambda it: model.realise(it, ("network",), act()),
    "evaluations": lambda it: model.evaluate(it, "partly", (1,), act()),
}


def when(transition: Transition, initiative: Initiative) -> InitiativeStep:
    return WHEN[transition](initiative)


def test_a_submission_starts_the_term_and_tells_no_words() -> None:
    (step,) = model.submit("i1", ASKED, None, RULES, act(RECEIVED, "import"))

    assert step.initiative == replace(given("submitted", "import", published=False), officer_id=None)
    assert step.event.subject == "i1"
    assert step.event.data.model_dump(mode="json") == {
        "happenedOn": "2021-03-01",
        "kernen": ["noordoever", "de-plaat"],
        "actor": "official",
        "origin": "import",
        "theme": "water",
        "submitterKind": "resident",
        "channel": "web",
        "receivedOn": "2021-03-01",
        "decisionDueOn": "2021-04-12",
    }


def test_the_officer_on_duty_takes_it_up() -> None:
    step = model.assign(replace(given("submitted", "import"), officer_id=None), "officer-7", TODAY)

    assert (step.initiative.state, step.initiative.officer_id) == ("assigned", "officer-7")
    assert step.event.data.actor == "system"
    assert step.event.data.origin == "import"
    assert isinstance(step.event.data, InitiativeAssigned)
    assert step.event.data.due_on == step.initiative.term.due_on != step.initiative.received_on


@pytest.mark.parametrize("transition", get_args(Transition))
@pytest.mark.parametrize("state", get_args(State))
def test_every_step_is_taken_or_refused_with_what_is_allowed(state: State, transition: Transition) -> None:
    """The whole table: every state, everything that can be asked of it."""
    if transition in NEXT[state]:
        step = when(transition, given(state))
        event, becomes = TO[transition]
        assert step.initiative.state == (becomes or state)
        assert step.initiative.changed_on == TODAY
        assert model.history_line(step.event.data).what == f"initiative.{event}"
        return
    with pytest.raises(Refused) as refusal:
        when(transition, given(state))
    assert refusal.value.code == f"initiative-{state}"
    assert refusal.value.allowed == NEXT[state]
    assert state in refusal.value.detail


def test_the_table_has_every_step() -> None:
    assert set(WHEN) == set(TO) == set(get_args(Transition))
    assert {way for ways in NEXT.values() for way in ways} == set(WHEN)


def test_withdrawing_ends_with_the_start() -> None:
    before = {state for state, allowed in NEXT.items() if "withdrawals" in allowed}
    assert before == {
        "submitted", "assigned", "awaiting-supplement", "supported", "awaiting-grant", "funded", "not-funded",
    }  # fmt: skip


def test_what_was_never_published_cannot_be_corrected() -> None:
    with pytest.raises(Refused) as refusal:
        when("corrections", given("withdrawn", published=False))
    assert refusal.value.allowed == ()


def test_what_nobody_had_is_assigned_and_what_somebody_has_goes_to_another() -> None:
    first = model.reassign(replace(given("submitted"), officer_id=None), "officer-8", act())
    assert (first.initiative.state, first.event.data.TYPE) == ("assigned", "initiative.assigned.v1")
    later = model.reassign(replace(given("started"), officer_id=None), "officer-8", act())
    assert (later.initiative.state, later.initiative.officer_id) == ("started", "officer-8")
    with pytest.raises(Refused, match="looks after this initiative already"):
        model.reassign(given("assigned"), "officer-7", act())


def test_a_start_waits_for_the_answer_on_money() -> None:
    assert {state for state, allowed in NEXT.items() if "starts" in allowed} == {
        "supported",
        "funded",
        "not-funded",
    }


def test_what_was_brought_in_the_end_is_told() -> None:
    step = when("realisations", given("started"))
    assert step.initiative.support_given == ("network",)
    assert step.event.data.model_dump()["supportGiven"] == ("network",)


def test_a_step_is_not_before_the_last_one() -> None:
    with pytest.raises(Invalid, match=r"happenedOn: 2021-02-28 is before its last step \(2021-03-01\)"):
        model.withdraw(given("assigned"), act(date(2021, 2, 28)))
    assert model.withdraw(given("assigned"), act(RECEIVED)).initiative.state == "withdrawn"


@pytest.mark.parametrize(
    ("initiative", "done", "told"),
    [
        ("live", "live", "live"),
        ("live", "import", "import"),
        ("import", "live", "live"),
        ("example", "live", "example"),
        ("example", "example", "example"),
    ],
)
def test_what_is_done_to_an_example_is_an_example(initiative: Origin, done: Origin, told: Origin) -> None:
    admitted = admit(given("assigned", initiative), "withdrawals", act(origin=done))
    assert admitted.origin == told


@pytest.mark.parametrize("origin", ["live", "import"])
def test_a_fictional_step_cannot_touch_something_real(origin: Origin) -> None:
    with pytest.raises(Refused) as refusal:
        admit(given("assigned", origin), "withdrawals", act(origin="example"))
    assert refusal.value.code == "initiative-is-real"
