# SPDX-License-Identifier: EUPL-1.2
"""The life of an initiative: given a state, when something is done, then the next state or a refusal."""

from datetime import date
from typing import get_args

import pytest

from services.initiatives import model
from services.initiatives.life import NEXT, Act, Initiative, State, Step, Transition, admit
from shared.contracts.envelope import Origin
from shared.contracts.refusals import Invalid, Refused

RECEIVED, TODAY = date(2021, 3, 1), date(2021, 6, 1)
TO: dict[Transition, str] = {"withdrawals": "withdrawn", "starts": "started", "realisations": "realised"}
ASKED = model.Submission(
    kernen=("noordoever", "de-plaat"),
    theme="water",
    submitter_kind="resident",
    channel="web",
    title="Onze woorden",
    description="Blijven binnen",
    amount_asked_cents=100,
    wanted_start_on=None,
)


def given(state: State, origin: Origin = "live") -> Initiative:
    return Initiative(
        id="i1",
        state=state,
        kernen=("noordoever", "de-plaat"),
        submitter_kind="resident",
        origin=origin,
        received_on=RECEIVED,
        decision_due_on=date(2021, 4, 12),
        changed_on=RECEIVED,
    )


def act(on: date = TODAY, origin: Origin = "live") -> Act:
    return Act("official", on, origin)


def when(transition: Transition, initiative: Initiative) -> Step:
    if transition == "withdrawals":
        return model.withdraw(initiative, act())
    if transition == "starts":
        return model.start(initiative, act())
    return model.realise(initiative, ("network",), act())


def test_a_submission_starts_the_term_and_tells_no_words() -> None:
    step = model.submit("i1", ASKED, 6, act(RECEIVED, "import"))

    assert step.initiative == given("submitted", "import")
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
    step = model.assign(given("submitted", "import"), "officer-7", TODAY)

    assert (step.initiative.state, step.initiative.officer_id) == ("assigned", "officer-7")
    assert step.event.data.actor == "system"
    assert step.event.data.origin == "import"


@pytest.mark.parametrize("transition", TO)
@pytest.mark.parametrize("state", get_args(State))
def test_every_step_is_taken_or_refused_with_what_is_allowed(state: State, transition: Transition) -> None:
    if transition in NEXT[state]:
        step = when(transition, given(state))
        assert step.initiative.state == TO[transition]
        assert step.initiative.changed_on == TODAY
        assert model.entry_of(step.event.data).what == f"initiative.{TO[transition]}"
        return
    with pytest.raises(Refused) as refusal:
        when(transition, given(state))
    assert refusal.value.code == f"initiative-{state}"
    assert refusal.value.allowed == NEXT[state]
    assert state in refusal.value.detail


def test_withdrawing_ends_with_the_start() -> None:
    before = {state for state, allowed in NEXT.items() if "withdrawals" in allowed}
    assert before == {"submitted", "assigned", "supported", "awaiting-grant", "funded", "not-funded"}


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
