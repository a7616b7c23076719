# SPDX-License-Identifier: EUPL-1.2
"""Decisions about a grant: given, when, then."""

from collections.abc import Callable
from datetime import date

import pytest

from services.budget.grants import model, promised
from services.budget.grants.model import Grant
from services.budget.grants.policy import Objection, Request
from services.budget.ledger.model import Account, Move
from shared.contracts.budget import DeclineReason
from shared.contracts.commands import Act
from shared.contracts.refusals import Invalid, Refused

Attempt = Callable[[], object]
ASKED_ON, DECIDED_ON = date(2021, 3, 1), date(2021, 3, 8)
SYSTEM = Act("system", ASKED_ON, "live")
HOLDER = Act("budget-holder", DECIDED_ON, "live")
REQUEST = Request("i1", ("ingen", "zoelen"), 2021, "incidental", 1_200_00, "resident", frozenset())


def asked() -> Grant:
    return model.ask("g1", REQUEST, SYSTEM)


def reserved() -> Grant:
    return model.reserve(asked(), 1_200_00, SYSTEM).grant


def refusal_proposed(reason: DeclineReason = "no-room") -> Grant:
    criteria = ("one-off",) if reason == "criteria-not-met" else ()
    return model.propose_refusal(asked(), Objection(reason, criteria), SYSTEM).grant


def waiting() -> Grant:
    return model.wait(refusal_proposed(), HOLDER).grant


def allocated() -> Grant:
    return model.allocate(reserved(), 1_200_00, "article 1", HOLDER).grant


def settled() -> Grant:
    return promised.settle(allocated(), 1_050_00, HOLDER).grant


def declined() -> Grant:
    return model.decline(reserved(), Objection("by-decision"), "article 1", HOLDER).grant


def types(decision: model.GrantChange) -> list[tuple[str, int]]:
    return [(event.TYPE.removesuffix(".v1"), event.amount_cents) for event in decision.events]


def test_reserving_holds_all_that_is_asked() -> None:
    decision = model.reserve(asked(), 1_200_00, SYSTEM)
    assert decision.moves == (Move("reserve", "available", "reserved", 1_200_00),)
    assert types(decision) == [("grant.reserved", 1_200_00)]
    assert (decision.grant.state, decision.grant.held_cents) == ("reserved", 1_200_00)


@pytest.mark.parametrize("reason", ["no-room", "criteria-not-met"])
def test_a_refusal_is_proposed_before_it_is_told(reason: DeclineReason) -> None:
    objection = Objection(reason, ())
    decision = model.propose_refusal(asked(), objection, SYSTEM)
    assert (decision.moves, decision.events) == ((), ())
    assert (decision.grant.state, decision.grant.objection) == ("refusal-proposed", objection)


def test_nobody_is_refused_before_an_official_saw_it() -> None:
    with pytest.raises(Refused):
        model.decline(asked(), Objection("no-room"), "article 1", SYSTEM)


def test_what_lacks_only_money_can_wait_and_be_reserved_later() -> None:
    decision = model.wait(refusal_proposed(), HOLDER)
    assert (decision.grant.state, decision.moves) == ("waiting", ())
    assert types(decision) == [("grant.waitlisted", 1_200_00)]
    later = model.reserve(decision.grant, 1_200_00, HOLDER).grant
    assert (later.state, later.objection) == ("reserved", None)


def test_part_of_what_is_asked_may_be_given_when_there_is_no_room_for_all() -> None:
    decision = model.reserve(refusal_proposed(), 550_00, HOLDER)
    assert decision.moves == (Move("reserve", "available", "reserved", 550_00),)
    with pytest.raises(Refused, match="at most those"):
        model.reserve(refusal_proposed(), 1_200_01, HOLDER)


def test_what_does_not_meet_the_conditions_gets_nothing_and_does_not_wait() -> None:
    attempts: tuple[Attempt, ...] = (
        lambda: model.reserve(refusal_proposed("criteria-not-met"), 1_200_00, HOLDER),
        lambda: model.wait(refusal_proposed("criteria-not-met"), HOLDER),
    )
    for attempt in attempts:
        with pytest.raises(Refused):
            attempt()


def test_declining_what_was_proposed_moves_nothing_and_names_the_criteria() -> None:
    decision = model.decline(
        refusal_proposed(), Objection("criteria-not-met", ("one-off",)), "article 1", SYSTEM
    )
    assert decision.moves == ()
    (event,) = decision.events
    assert event.model_dump(mode="json", exclude={"kernen"}) == {
        "happenedOn": "2021-03-01",
        "actor": "system",
        "origin": "live",
        "initiativeId": "i1",
        "line": "incidental",
        "year": 2021,
        "amountCents": 1_200_00,
        "decidedOn": "2021-03-01",
        "reason": "criteria-not-met",
        "criteria": ["one-off"],
        "legalBasis": "article 1",
    }
    assert decision.grant.state == "declined"


def test_allocating_all_promises_what_was_reserved() -> None:
    decision = model.allocate(reserved(), 1_200_00, "article 1", HOLDER)
    assert decision.moves == (Move("allocate", "reserved", "committed", 1_200_00),)
    (event,) = decision.events
    assert event.kernen == ("ingen", "zoelen")
    assert (event.actor, event.origin, event.happened_on) == ("budget-holder", "live", DECIDED_ON)
    assert event.model_dump()["legalBasis"] == "article 1"


def test_allocating_less_frees_the_difference_before_it_tells_the_promise() -> None:
    decision = model.allocate(reserved(), 1_000_00, "article 1", HOLDER)
    assert types(decision) == [("grant.released", 200_00), ("grant.allocated", 1_000_00)]
    assert decision.moves == (
        Move("release", "reserved", "available", 200_00),
        Move("allocate", "reserved", "committed", 1_000_00),
    )
    assert (decision.grant.held_cents, decision.grant.allocated_cents) == (1_000_00, 1_000_00)


def test_allocating_more_than_is_reserved_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        model.allocate(reserved(), 1_200_01, "article 1", HOLDER)
    assert (refusal.value.code, refusal.value.allowed) == ("above-reserved", ("decisions",))


def test_declining_a_reservation_frees_it() -> None:
    decision = model.decline(reserved(), Objection("by-decision"), "article 1", HOLDER)
    assert types(decision) == [("grant.released", 1_200_00), ("grant.declined", 1_200_00)]
    assert decision.moves == (Move("release", "reserved", "available", 1_200_00),)
    assert (decision.grant.state, decision.grant.held_cents) == ("declined", 0)


def test_settling_below_returns_the_rest() -> None:
    decision = promised.settle(allocated(), 1_050_00, HOLDER)
    assert types(decision) == [("grant.settled", 1_050_00), ("grant.returned", 150_00)]
    assert decision.moves == (Move("return", "committed", "available", 150_00),)
    assert (decision.grant.held_cents, decision.grant.allocated_cents) == (1_050_00, 1_200_00)
    assert decision.events[0].model_dump()["allocatedCents"] == 1_200_00


def test_settling_at_the_full_amount_returns_nothing() -> None:
    decision = promised.settle(allocated(), 1_200_00, HOLDER)
    assert (types(decision), decision.moves) == ([("grant.settled", 1_200_00)], ())


def test_settling_at_nothing_returns_all() -> None:
    assert types(promised.settle(allocated(), 0, HOLDER)) == [
        ("grant.settled", 0),
        ("grant.returned", 1_200_00),
    ]


def test_settling_above_the_promise_is_refused() -> None:
    with pytest.raises(Refused, match="at most those"):
        promised.settle(allocated(), 1_200_01, HOLDER)


def test_taking_back_frees_a_reservation() -> None:
    decision = promised.take_back(reserved(), HOLDER)
    assert decision
    assert types(decision) == [("grant.released", 1_200_00)]
    assert (decision.grant.state, decision.grant.held_cents) == ("released", 0)


def test_taking_back_frees_a_promise() -> None:
    decision = promised.take_back(allocated(), HOLDER)
    assert decision
    assert types(decision) == [("grant.withdrawn", 1_200_00)]
    assert decision.moves == (Move("withdraw", "committed", "available", 1_200_00),)
    assert decision.grant.state == "withdrawn"


def test_taking_back_takes_out_of_the_line_and_tells_only_who_was_told() -> None:
    silent, told = promised.take_back(refusal_proposed(), HOLDER), promised.take_back(waiting(), HOLDER)
    assert silent
    assert told
    assert (silent.grant.state, silent.moves, silent.events) == ("released", (), ())
    assert (told.grant.state, told.moves, types(told)) == ("released", (), [("grant.released", 0)])


@pytest.mark.parametrize(("cents", "credit", "debit"), [
    (1_500_00, "available", "committed"), (700_00, "committed", "available"),
])  # fmt: skip
def test_amending_moves_the_difference(cents: int, credit: Account, debit: Account) -> None:
    decision = promised.amend(allocated(), cents, HOLDER)
    assert decision.moves == (Move("amend", credit, debit, abs(cents - 1_200_00)),)
    assert types(decision) == [("grant.amended", cents)]
    assert decision.events[0].model_dump()["beforeCents"] == 1_200_00
    assert (decision.grant.held_cents, decision.grant.allocated_cents) == (cents, cents)


def test_amending_to_the_same_amount_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        promised.amend(allocated(), 1_200_00, HOLDER)
    assert refusal.value.code == "not-amended"


@pytest.mark.parametrize("grant", [reserved(), waiting(), settled(), declined()], ids=lambda g: g.state)
def test_only_a_promise_is_amended_or_withdrawn(grant: Grant) -> None:
    attempts: tuple[Attempt, ...] = (
        lambda: promised.amend(grant, 1_00, HOLDER),
        lambda: promised.withdraw(grant, HOLDER),
    )
    for attempt in attempts:
        with pytest.raises(Refused):
            attempt()


@pytest.mark.parametrize("grant", [settled(), declined()], ids=lambda g: g.state)
def test_taking_back_touches_nothing_that_is_over(grant: Grant) -> None:
    assert promised.take_back(grant, HOLDER) is None


@pytest.mark.parametrize("grant", [allocated(), settled(), declined()], ids=lambda g: g.state)
def test_a_second_decision_is_told_what_was_decided(grant: Grant) -> None:
    with pytest.raises(Refused) as first:
        model.allocate(grant, 1_00, "article 1", HOLDER)
    with pytest.raises(Refused) as second:
        model.decline(grant, Objection("by-decision"), "article 1", HOLDER)
    assert first.value.code == second.value.code == f"grant-{grant.state}"
    assert first.value.allowed == model.CAN.get(grant.state, ())


@pytest.mark.parametrize("grant", [reserved(), settled(), declined()], ids=lambda g: g.state)
def test_only_a_promise_is_settled(grant: Grant) -> None:
    with pytest.raises(Refused):
        promised.settle(grant, 1_00, HOLDER)


def test_nothing_is_decided_before_it_was_asked() -> None:
    early = Act("budget-holder", date(2021, 2, 28), "live")
    with pytest.raises(Invalid) as invalid:
        model.allocate(reserved(), 1_00, "article 1", early)
    assert invalid.value.errors[0].field == "happenedOn"
