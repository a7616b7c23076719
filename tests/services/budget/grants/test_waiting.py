# SPDX-License-Identifier: EUPL-1.2
"""Who found no money stands in line until an official refuses it, and is served when money returns."""

from datetime import date

import httpx
import pytest
from sqlalchemy.event import listen

from services.budget.grants import handlers
from services.budget.grants.commands import AmendGrant, SettleGrant
from services.budget.ledger import store as ledger
from services.budget.ledger.model import Balance, Booking, Move
from shared.contracts.commands import Act
from shared.contracts.envelope import EventData
from shared.contracts.refusals import Refused
from tests.services.budget.books import TODAY, Books, assessed


@pytest.fixture
def full(books: Books) -> Books:
    """A line of 1,000 of which 900 are promised, in parts, and three who asked more than is left."""
    books.adopt(small_help=1_000_00, shore=6_000_00)
    for name, cents in (("a", 400_00), ("b", 300_00), ("c", 200_00)):
        books.assess(assessed(name, cents))
    for name, cents in (("first", 500_00), ("second", 250_00), ("third", 250_00)):
        assert books.assess(assessed(name, cents)) == []
    return books


def settle(books: Books, initiative_id: str, cents: int) -> list[tuple[str, str]]:
    grant_id = books.grant(initiative_id)["id"]
    command = SettleGrant(actual_cost_cents=cents)
    return said(books.told(lambda tx: handlers.settle(grant_id, command, tx)))


def said(events: list[EventData]) -> list[tuple[str, str]]:
    return [(event.TYPE.removesuffix(".v1"), event.model_dump()["initiativeId"]) for event in events]


def states(books: Books) -> list[str]:
    return [str(books.grant(name)["state"]) for name in ("first", "second", "third")]


def test_what_returns_goes_to_the_first_whom_it_is_enough_for(full: Books) -> None:
    full.decide("first", decision="wait")
    assert settle(full, "b", 100_00) == [
        ("grant.settled", "b"), ("grant.returned", "b"),
        ("grant.reserved", "second"), ("grant.allocated", "second"),
    ]  # fmt: skip
    assert states(full) == ["waiting", "allocated", "refusal-proposed"]
    assert full.balance("small-help") == Balance(1_000_00, committed=950_00)
    assert settle(full, "a", 0) == [
        ("grant.settled", "a"), ("grant.returned", "a"),
        ("grant.reserved", "third"), ("grant.allocated", "third"),
    ]  # fmt: skip
    assert full.differences() == full.passed_by() == []


def test_above_the_limit_who_waited_comes_to_the_desk(full: Books) -> None:
    full.decide("first", decision="wait")
    assert ("grant.reserved", "first") in said(full.withdraw("a"))
    assert states(full)[0] == "reserved"
    assert full.grant("first")["reason"] is None
    assert said(full.decide("first", decision="allocate")) == [("grant.allocated", "first")]


def test_who_was_refused_or_gave_up_is_not_served(full: Books) -> None:
    full.decide("second", decision="decline")
    full.decide("third", decision="wait")
    assert said(full.withdraw("third")) == [("grant.released", "third")]
    settle(full, "b", 0)
    assert states(full) == ["refusal-proposed", "declined", "released"]


def test_what_does_not_meet_the_conditions_does_not_stand_in_line(full: Books) -> None:
    full.assess(assessed("unfit", 10_00, yes=()))
    settle(full, "b", 0)
    assert full.grant("unfit")["state"] == "refusal-proposed"
    with pytest.raises(Refused) as refusal:
        full.decide("unfit", decision="wait")
    assert refusal.value.code == "cannot-wait"
    with pytest.raises(Refused) as refusal:
        full.decide("unfit", decision="allocate")
    assert refusal.value.code == "criteria-not-met"


def test_nobody_is_refused_for_want_of_money_that_is_there(full: Books) -> None:
    """Money that comes by another way than those that serve the line."""
    act = Act("budget-holder", TODAY, "live")
    entry = Booking("by hand", 2021, "small-help", None, act)
    full.run(lambda tx: ledger.post(tx, entry, [Move("adopt", "council", "available", 400_00)]))
    before = full.written()
    for fields in ({"decision": "decline"}, {"decision": "wait"}):
        with pytest.raises(Refused) as refusal:
            full.decide("first", **fields)
        assert refusal.value.code == "there-is-room"
    assert full.written() == before
    assert said(full.decide("first", decision="allocate")) == [
        ("grant.reserved", "first"), ("grant.allocated", "first"),
    ]  # fmt: skip


def test_what_is_reserved_is_not_refused_for_want_of_money(full: Books) -> None:
    full.assess(assessed("big", 1_000_00, line="shore"))
    with pytest.raises(Refused) as refusal:
        full.decide("big", decision="decline", reasonCode="no-room")
    assert refusal.value.code == "there-is-room"
    assert full.decide("big", decision="decline")[-1].model_dump()["reason"] == "by-decision"


def test_the_budget_holder_may_give_what_is_left(full: Books) -> None:
    with pytest.raises(Refused) as refusal:
        full.decide("first", decision="allocate")
    assert refusal.value.code == "no-room"
    told = full.decide("first", decision="allocate", amountCents=100_00)
    assert said(told) == [("grant.reserved", "first"), ("grant.allocated", "first")]
    assert full.balance("small-help") == Balance(1_000_00, committed=1_000_00)
    assert full.differences() == []


def test_the_kern_of_who_returns_it_gets_room_again(full: Books) -> None:
    for name, cents in (("one", 3_000_00), ("two", 1_500_00)):
        full.assess(assessed(name, cents, line="shore"))
    assert full.grant("two")["reason"] == "above-kern-maximum"
    assert said(full.decide("one", decision="allocate", amountCents=2_500_00)) == [
        ("grant.released", "one"), ("grant.allocated", "one"), ("grant.reserved", "two"),
    ]  # fmt: skip


def test_who_asked_before_there_was_a_budget_is_served_when_there_is(books: Books) -> None:
    books.assess(assessed("early", 100_00, on=date(2021, 1, 4)))
    assert books.grant("early")["reason"] == "no-budget"
    books.adopt(small_help=1_000_00)
    assert books.grant("early")["state"] == "allocated"
    assert books.grant("early")["decided_on"] == date(2021, 1, 4)  # not before it was asked
    assert books.differences() == []


async def test_the_desk_shows_what_waits_for_a_decision_and_what_was_asked_before(
    full: Books, api: httpx.AsyncClient
) -> None:
    for name, theme in (("one", "water"), ("two", "together"), ("three", "water")):
        full.submit(name, theme)
        full.assess(assessed(name, 500_00, line="shore"))
    full.decide("first", decision="wait")
    full.decide("one", decision="allocate")
    answer = await api.get("/v1/open-decisions")
    shown = {item["initiativeId"]: item for item in answer.json()["items"]}
    assert list(shown) == ["second", "third", "two", "three"]
    assert (shown["second"]["state"], shown["second"]["reason"]) == ("refusal-proposed", "no-room")
    assert shown["second"]["availableCents"] == 100_00
    assert shown["three"]["similar"] == [full.grant("one")["id"]]
    assert shown["two"]["similar"] == shown["second"]["similar"] == []
    page = (await api.get("/v1/open-decisions", params={"limit": 2})).json()
    following = (await api.get(page["_links"]["next"]["href"])).json()
    assert [item["initiativeId"] for item in following["items"]] == ["two", "three"]


def test_those_for_whom_it_is_not_enough_cost_nothing(books: Books) -> None:
    """Each of them was tried: with a thousand in line a return took 300 ms, with the line locked."""
    books.adopt(shore=9_000_00)
    for name in ("a", "b"):
        books.assess(assessed(name, 2_000_00, line="shore"))
        books.decide(name, decision="allocate")
    grant_id, statements = books.grant("a")["id"], list[str]()
    listen(books.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    counted = []
    for in_line in (3, 40):
        for number in range(in_line):
            books.assess(assessed(f"{in_line}-{number}", 1_500_00, line="shore"))  # too much for this kern
        statements.clear()
        less = AmendGrant(amount_cents=2_000_00 - in_line)
        books.told(lambda tx, less=less: handlers.amend(grant_id, less, tx))  # type: ignore[misc]
        counted.append(len(statements))
    assert counted[0] == counted[1]
