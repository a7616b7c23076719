# SPDX-License-Identifier: EUPL-1.2
"""What the budget says: given an initiative that waits for money, when events come, then what it shows."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.initiatives.initiative.grant_decisions import follow
from services.initiatives.initiative.lifecycle import Initiative, Money, State
from services.initiatives.term.model import Term
from shared.contracts.budget import (
    GrantAllocated,
    GrantData,
    GrantDeclined,
    GrantReleased,
    GrantReserved,
    GrantSettled,
    GrantWithdrawn,
)

START, TODAY = date(2021, 3, 1), date(2021, 6, 1)
GIVEN = Initiative(
    "i1",
    "awaiting-grant",
    ("noordoever",),
    "resident",
    "live",
    START,
    Term(ends_on=date(2021, 4, 12), due_on=date(2021, 4, 12), approaching_on=date(2021, 3, 29)),
    START,
    money=Money("shore", 500_00),
)


def said(kind: type[GrantData], cents: int = 500_00, **more: Any) -> GrantData:
    return kind(
        happened_on=TODAY,
        kernen=("noordoever",),
        actor="budget-holder",
        origin="live",
        initiative_id="i1",
        line="shore",
        year=2021,
        amount_cents=cents,
        **more,
    )


RESERVED = said(GrantReserved)
RELEASED = said(GrantReleased)
ALLOCATED = said(GrantAllocated, decided_on=TODAY, legal_basis="Artikel 4", recipient_kind="resident")
PART = said(GrantAllocated, 400_00, decided_on=TODAY, legal_basis="Artikel 4", recipient_kind="resident")
DECLINED = said(GrantDeclined, decided_on=TODAY, reason="no-room", criteria=())
WITHDRAWN = said(GrantWithdrawn)
SETTLED = said(GrantSettled, 450_00, allocated_cents=500_00)


@pytest.mark.parametrize(
    ("events", "state", "decision"),
    [
        ([RESERVED], "awaiting-grant", "reserved"),
        ([RESERVED, ALLOCATED], "funded", "allocated"),
        ([DECLINED], "not-funded", "declined"),
        ([RESERVED, RELEASED, DECLINED], "not-funded", "declined"),
        ([RESERVED, RELEASED], "not-funded", "released"),  # the year ended without a decision
        ([RESERVED, said(GrantReleased, 100_00)], "awaiting-grant", "reserved"),  # a part of it
        ([RESERVED, said(GrantReleased, 100_00), PART], "funded", "allocated"),
        ([RESERVED, ALLOCATED, WITHDRAWN], "not-funded", "withdrawn"),
        ([RESERVED, ALLOCATED, SETTLED], "funded", "allocated"),
    ],
)
def test_the_initiative_follows(events: list[GrantData], state: State, decision: str) -> None:
    initiative = GIVEN
    for event in events:
        initiative = follow(initiative, event)
    assert initiative.money
    assert (initiative.state, initiative.money.decision) == (state, decision)
    assert initiative.money.year == 2021


def test_the_amounts_and_reasons_are_kept() -> None:
    settled = follow(follow(GIVEN, ALLOCATED), SETTLED).money
    assert settled == Money("shore", 500_00, "allocated", 2021, 500_00, TODAY, None, 450_00)
    declined = follow(GIVEN, DECLINED).money
    assert declined == Money("shore", 500_00, "declined", 2021, None, TODAY, "no-room", None)


@pytest.mark.parametrize("state", ["withdrawn", "started", "realised"])
def test_what_went_on_meanwhile_stays_so(state: State) -> None:
    heard = follow(replace(GIVEN, state=state), RELEASED)
    assert heard.state == state
    assert heard.money
    assert heard.money.decision == "released"


def test_money_that_was_never_asked_is_a_mistake_to_look_at() -> None:
    with pytest.raises(LookupError, match="i1 asked no money"):
        follow(replace(GIVEN, money=None, state="supported"), ALLOCATED)
