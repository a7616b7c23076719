# SPDX-License-Identifier: EUPL-1.2
"""Paying a promise in parts, and what that leaves of it: given, when, then."""

from datetime import date

import pytest

from services.budget.grants import model, promised
from services.budget.grants.model import Grant
from services.budget.grants.policy import Request
from services.budget.ledger.model import Move
from shared.contracts.commands import Act
from shared.contracts.refusals import Refused

HOLDER = Act("budget-holder", date(2021, 3, 8), "live")
REQUEST = Request("i1", ("ingen",), 2021, "incidental", 1_200_00, "resident", frozenset())


def allocated(ordered: int = 0, paid: int = 0) -> Grant:
    reserved = model.reserve(model.ask("g1", REQUEST, HOLDER), 1_200_00, HOLDER).grant
    grant = model.allocate(reserved, 1_200_00, "article 1", HOLDER).grant
    grant = promised.order(grant, ordered, HOLDER)
    return promised.paid(grant, paid, HOLDER).grant if paid else grant


def types(decision: model.GrantChange) -> list[tuple[str, int]]:
    return [(event.TYPE.removesuffix(".v1"), event.amount_cents) for event in decision.events]


def test_no_more_is_ordered_than_is_promised() -> None:
    assert allocated(ordered=1_200_00).ordered_cents == 1_200_00
    with pytest.raises(Refused) as refusal:
        promised.order(allocated(ordered=1_000_00), 200_01, HOLDER)
    assert refusal.value.code == "above-allocated"


def test_what_is_paid_is_no_longer_committed() -> None:
    decision = promised.paid(allocated(ordered=700_00), 700_00, HOLDER)
    assert decision.moves == (Move("pay", "committed", "paid", 700_00),)
    assert types(decision) == [("grant.paid", 700_00)]
    assert (decision.grant.held_cents, decision.grant.paid_cents) == (1_200_00, 700_00)


def test_what_was_refused_can_be_ordered_again() -> None:
    decision = promised.unpaid(allocated(ordered=700_00), 700_00, HOLDER)
    assert (decision.moves, decision.events) == ((), ())
    assert promised.order(decision.grant, 1_200_00, HOLDER).ordered_cents == 1_200_00


def test_withdrawing_leaves_what_is_being_paid_until_the_answer() -> None:
    ended = promised.withdraw(allocated(ordered=700_00), HOLDER)
    assert ended.moves == (Move("withdraw", "committed", "available", 500_00),)
    assert ended.grant.held_cents == 700_00
    refused = promised.unpaid(ended.grant, 700_00, HOLDER)
    assert refused.moves == (Move("withdraw", "committed", "available", 700_00),)
    assert (types(refused), refused.grant.held_cents) == ([("grant.returned", 700_00)], 0)


def test_nothing_is_settled_or_lowered_below_what_is_being_paid() -> None:
    with pytest.raises(Refused) as settling:
        promised.settle(allocated(ordered=700_00), 1_000_00, HOLDER)
    with pytest.raises(Refused) as lowering:
        promised.amend(allocated(ordered=700_00), 699_99, HOLDER)
    assert (settling.value.code, lowering.value.code) == ("payment-under-way", "below-ordered")


def test_what_was_paid_above_the_cost_returns_when_it_is_paid_back() -> None:
    decision = promised.settle(allocated(ordered=1_100_00, paid=1_100_00), 1_050_00, HOLDER)
    assert types(decision) == [("grant.settled", 1_050_00), ("grant.returned", 100_00)]
    assert decision.grant.held_cents == 1_100_00
    with pytest.raises(Refused) as refusal:
        promised.refund(decision.grant, 50_01, HOLDER)
    assert refusal.value.code == "above-due"
    back = promised.refund(decision.grant, 50_00, HOLDER)
    assert back.moves == (Move("return", "paid", "available", 50_00),)
    assert types(back) == [("grant.returned", 50_00)]
    assert (back.grant.held_cents, back.grant.paid_cents) == (1_050_00, 1_050_00)


def test_what_is_left_of_the_cost_is_paid_after_the_settlement() -> None:
    settled = promised.settle(allocated(ordered=800_00, paid=800_00), 1_050_00, HOLDER).grant
    assert promised.order(settled, 250_00, HOLDER).ordered_cents == 1_050_00
    with pytest.raises(Refused):
        promised.order(settled, 250_01, HOLDER)
