# SPDX-License-Identifier: EUPL-1.2
"""What an assessment, a withdrawal and the budget holder lead to, on both databases."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from services.budget import CONSUMES
from services.budget.grants import handlers
from services.budget.grants.commands import AmendGrant, DecideGrant, SettleGrant, WithdrawGrant
from services.budget.grants.policy import UnknownGuide
from services.budget.grants.tables import grants
from services.budget.handlers import HANDLERS
from services.budget.ledger.model import Balance
from services.budget.ledger.tables import postings
from shared.contracts.envelope import EventData
from shared.contracts.refusals import Invalid, NotFound, Refused
from tests.services.budget.books import TODAY, Books, assessed


@pytest.fixture(autouse=True)
def adopted(books: Books) -> None:
    books.adopt(small_help=1_000_00, shore=6_000_00)


def said(events: list[EventData]) -> list[str]:
    return [event.TYPE.removesuffix(".v1") for event in events]


def rows(books: Books) -> int:
    return books.run(
        lambda tx: int(tx.connection.execute(select(func.count()).select_from(grants)).scalar_one())
    )


def grant_of(books: Books, initiative_id: str) -> str:
    wanted = select(grants.c.id).where(grants.c.initiative_id == initiative_id)
    return books.run(lambda tx: str(tx.connection.execute(wanted).scalar_one()))


def grant_row(books: Books, initiative_id: str) -> Mapping[str, Any]:
    wanted = select(grants).where(grants.c.initiative_id == initiative_id)
    return books.run(lambda tx: dict(tx.connection.execute(wanted).mappings().one()))


def decide(books: Books, initiative_id: str, **fields: object) -> list[EventData]:
    command = DecideGrant.model_validate(fields)
    grant_id = grant_of(books, initiative_id)
    return books.told(lambda tx: handlers.decide(grant_id, command, tx))


def settle(books: Books, initiative_id: str, cents: int) -> list[EventData]:
    command = SettleGrant(actual_cost_cents=cents)
    grant_id = grant_of(books, initiative_id)
    return books.told(lambda tx: handlers.settle(grant_id, command, tx))


def test_every_consumed_event_has_its_handler() -> None:
    assert set(HANDLERS) == set(CONSUMES)


def test_up_to_the_automatic_limit_the_money_is_promised_at_once(books: Books) -> None:
    events = books.assess(assessed("i1", 400_00, kernen=("zuidoever", "de-plaat"), origin="import"))
    assert said(events) == ["grant.reserved", "grant.allocated"]
    promised = events[1].model_dump(mode="json")
    assert promised == {
        "happenedOn": "2021-06-15",
        "kernen": ["zuidoever", "de-plaat"],
        "actor": "system",
        "origin": "import",
        "initiativeId": "i1",
        "line": "small-help",
        "year": 2021,
        "amountCents": 400_00,
        "decidedOn": "2021-06-15",
        "legalBasis": "Verordening Dorpen Waterrijk, artikel 3",
        "recipientKind": "residents-group",
    }
    assert books.balance("small-help") == Balance(1_000_00, committed=400_00)
    assert books.differences() == []


def test_above_the_limit_it_waits_for_the_budget_holder(books: Books) -> None:
    assert said(books.assess(assessed("i1", 400_01))) == ["grant.reserved"]
    assert books.balance("small-help") == Balance(1_000_00, reserved=400_01)
    assert said(decide(books, "i1", decision="allocate")) == ["grant.allocated"]
    assert books.balance("small-help") == Balance(1_000_00, committed=400_01)


def test_the_budget_holder_may_promise_less(books: Books) -> None:
    books.assess(assessed("i1", 900_00))
    assert said(decide(books, "i1", decision="allocate", amountCents=700_00)) == [
        "grant.released",
        "grant.allocated",
    ]
    assert books.balance("small-help") == Balance(1_000_00, committed=700_00)
    assert books.differences() == []


def test_the_budget_holder_may_decline(books: Books) -> None:
    books.assess(assessed("i1", 900_00))
    released, declined = decide(books, "i1", decision="decline", reasonCode="criteria-not-met")
    assert said([released, declined]) == ["grant.released", "grant.declined"]
    assert declined.model_dump()["reason"] == "criteria-not-met"
    assert books.balance("small-help") == Balance(1_000_00)


@pytest.mark.parametrize(
    "fields",
    [
        {"decision": "allocate", "reasonCode": "no-room"},
        {"decision": "decline", "amountCents": 100},
        {"decision": "allocate", "happenedOn": "2021-06-16"},
        {"decision": "allocate", "happenedOn": "2021-06-14"},
    ],
    ids=["a reason to allocate", "an amount to decline", "tomorrow", "before it was asked"],
)
def test_a_contradictory_decision_is_invalid(books: Books, fields: dict[str, object]) -> None:
    books.assess(assessed("i1", 900_00))
    with pytest.raises(Invalid):
        decide(books, "i1", **fields)
    assert books.balance("small-help") == Balance(1_000_00, reserved=900_00)


def test_approving_twice_with_other_amounts_is_told(books: Books) -> None:
    books.assess(assessed("i1", 900_00))
    decide(books, "i1", decision="allocate", amountCents=700_00)
    with pytest.raises(Refused) as refusal:
        decide(books, "i1", decision="allocate", amountCents=800_00)
    assert refusal.value.code == "grant-allocated"
    assert books.balance("small-help") == Balance(1_000_00, committed=700_00)


@pytest.mark.parametrize(
    ("event", "reason", "criteria"),
    [
        (assessed("i1", 100_00, yes=("for-more-than-one",)), "criteria-not-met", ("cannot-without",)),
        (assessed("i1", 100_00, no=("for-more-than-one",), yes=("cannot-without",)), None, ()),
        (assessed("i1", 1_000_01), "no-room", ()),
        (assessed("i1", 4_000_01, line="shore"), "above-kern-maximum", ()),
        (assessed("i1", 100_00, on=date(2020, 12, 31)), "no-budget", ()),
        (assessed("i1", 100_00, line="clubs"), "no-budget", ()),
        (assessed("i1", 100_00, line="ferry"), "no-budget", ()),
        (assessed("i1", 100_00, line="no-such-line"), "no-budget", ()),
    ],
    ids=[
        "a criterion of the line is not met",
        "only the criteria of the line count",
        "no room",
        "above the maximum of the kern",
        "no budget that year",
        "a line for contributions",
        "a line that was not adopted",
        "no line",
    ],
)
def test_a_refusal_gives_its_reason(books: Books, event, reason, criteria) -> None:  # type: ignore[no-untyped-def]
    told = books.assess(event)
    row = books.run(lambda tx: tx.connection.execute(select(grants)).mappings().one())
    assert (row["reason"], tuple(row["unmet"])) == (reason, criteria)
    if reason:
        assert (row["state"], told) == ("refusal-proposed", [])  # nobody is told before an official saw it
        (declined,) = decide(books, "i1", decision="decline")
        facts = declined.model_dump()
        assert (facts["actor"], facts["reason"], facts["criteria"]) == ("budget-holder", reason, criteria)
        assert books.balance("small-help") == Balance(1_000_00)
        assert books.balance("shore") == Balance(6_000_00)
    assert books.differences() == []


def test_the_maximum_of_a_kern_counts_at_the_first_kern(books: Books) -> None:
    books.assess(assessed("i1", 3_000_00, line="shore", kernen=("noordoever", "zuidoever")))
    assert said(books.assess(assessed("i2", 1_500_00, line="shore", kernen=("zuidoever",)))) == [
        "grant.reserved"
    ]
    assert books.assess(assessed("i3", 1_000_01, line="shore", kernen=("noordoever",))) == []
    assert grant_row(books, "i3")["reason"] == "above-kern-maximum"


def test_what_returns_gives_the_kern_room_again(books: Books) -> None:
    books.assess(assessed("i1", 4_000_00, line="shore"))
    decide(books, "i1", decision="allocate")
    assert books.assess(assessed("i2", 600_00, line="shore")) == []
    settle(books, "i1", 3_500_00)
    assert said(books.assess(assessed("i3", 500_00, line="shore"))) == ["grant.reserved"]
    assert books.differences() == []


def test_no_money_asked_is_nothing_to_this_service(books: Books) -> None:
    assert books.assess(assessed("i1", None)) == []
    assert books.assess(assessed("i2", 100_00, outcome="decline")) == []
    assert rows(books) == 0


def test_an_initiative_has_one_grant_at_most(books: Books) -> None:
    books.assess(assessed("i1", 400_00))
    assert books.assess(assessed("i1", 300_00)) == []
    assert rows(books) == 1
    assert books.balance("small-help") == Balance(1_000_00, committed=400_00)


def test_a_guide_that_the_file_does_not_have_is_not_guessed_at(books: Books) -> None:
    with pytest.raises(UnknownGuide, match="2031-1"):
        books.assess(assessed("i1", 100_00, guide="2031-1"))
    assert rows(books) == 0


def test_withdrawing_frees_a_reservation(books: Books) -> None:
    books.assess(assessed("i1", 900_00))
    assert said(books.withdraw("i1")) == ["grant.released"]
    assert books.balance("small-help") == Balance(1_000_00)


def test_withdrawing_ends_a_promise(books: Books) -> None:
    books.assess(assessed("i1", 400_00))
    assert said(books.withdraw("i1")) == ["grant.withdrawn"]
    assert books.balance("small-help") == Balance(1_000_00)
    assert books.differences() == []


def test_withdrawing_leaves_a_settled_grant_as_it_is(books: Books) -> None:
    books.assess(assessed("i1", 400_00))
    settle(books, "i1", 350_00)
    assert books.withdraw("i1") == []
    assert books.balance("small-help") == Balance(1_000_00, committed=350_00)


def test_withdrawing_what_asked_no_money_does_nothing(books: Books) -> None:
    assert books.withdraw("i9") == []


def test_settling_returns_the_rest_once(books: Books) -> None:
    books.assess(assessed("i1", 400_00))
    assert said(settle(books, "i1", 350_00)) == ["grant.settled", "grant.returned"]
    with pytest.raises(Refused):
        settle(books, "i1", 350_00)
    assert books.balance("small-help") == Balance(1_000_00, committed=350_00)
    assert books.differences() == []


def amend(books: Books, initiative_id: str, cents: int) -> list[EventData]:
    grant_id, command = grant_of(books, initiative_id), AmendGrant(amount_cents=cents)
    return books.told(lambda tx: handlers.amend(grant_id, command, tx))


def test_a_promise_is_amended_only_as_far_as_there_is_room(books: Books) -> None:
    books.assess(assessed("i1", 400_00))
    (amended,) = amend(books, "i1", 1_000_00)
    facts = amended.model_dump()
    assert (facts["beforeCents"], facts["amountCents"], facts["actor"]) == (400_00, 1_000_00, "budget-holder")
    before = books.written()
    with pytest.raises(Refused) as refusal:
        amend(books, "i1", 1_000_01)
    assert (refusal.value.code, books.written()) == ("no-room", before)
    amend(books, "i1", 300_00)
    assert books.balance("small-help") == Balance(1_000_00, committed=300_00)
    assert books.differences() == []


def test_a_kern_stays_within_its_maximum_when_a_promise_grows(books: Books) -> None:
    books.assess(assessed("i1", 3_000_00, line="shore"))
    decide(books, "i1", decision="allocate")
    with pytest.raises(Refused) as refusal:
        amend(books, "i1", 4_000_01)
    assert refusal.value.code == "above-kern-maximum"
    amend(books, "i1", 4_000_00)
    assert books.differences() == []


def test_the_budget_holder_takes_a_promise_back_once(books: Books) -> None:
    books.assess(assessed("i1", 400_00))
    grant_id, command = grant_of(books, "i1"), WithdrawGrant()
    assert said(books.told(lambda tx: handlers.withdraw(grant_id, command, tx))) == ["grant.withdrawn"]
    with pytest.raises(Refused) as refusal:
        books.told(lambda tx: handlers.withdraw(grant_id, command, tx))
    assert refusal.value.code == "grant-withdrawn"
    assert books.balance("small-help") == Balance(1_000_00)


def test_a_grant_that_is_not_there_is_not_found(books: Books) -> None:
    with pytest.raises(NotFound):
        books.told(lambda tx: handlers.settle("nope", SettleGrant(actual_cost_cents=1), tx))


def test_the_postings_of_a_grant_name_the_event_that_caused_them(books: Books) -> None:
    books.assess(assessed("i1", 400_00))
    c = postings.c
    wanted = select(c.operation, c.role, c.happened_on, c.correlation_id).where(
        c.subject == grant_of(books, "i1")
    )
    found = books.run(lambda tx: [tuple(r) for r in tx.connection.execute(wanted.order_by(c.id))])
    assert found == [
        ("reserve", "system", TODAY, "because"),
        ("allocate", "system", TODAY, "because"),
    ]
