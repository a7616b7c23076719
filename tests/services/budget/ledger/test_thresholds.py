# SPDX-License-Identifier: EUPL-1.2
"""Thresholds are told once for each line and year, by whatever reaches them; on both databases."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from services.budget.grants import handlers
from services.budget.grants.commands import DecideGrant
from services.budget.ledger import store as ledger
from services.budget.ledger.model import Booking, Move
from shared.contracts.commands import Act
from shared.messaging.outbox import outbox
from tests.services.budget.acts import amend, contribute, enter
from tests.services.budget.books import Books, assessed

ACT = Act("budget-holder", date(2021, 6, 15), "live")


def told(books: Books) -> list[tuple[str, int, int]]:
    """Line, percent and the cents used, in the order of telling."""
    rows = select(outbox.c.payload).where(outbox.c.nats_subject.like("%.budget.threshold-reached.v1"))
    found = books.run(lambda tx: list(tx.connection.execute(rows.order_by(outbox.c.id)).scalars()))
    data = [json.loads(payload)["data"] for payload in found]
    return [(each["line"], each["percent"], each["usedCents"]) for each in data]


def test_a_grant_that_reaches_it_tells_it_once(books: Books) -> None:
    books.adopt(small_help=1_000_00)
    books.assess(assessed("i1", 749_99))
    assert told(books) == []
    books.assess(assessed("i2", 1))
    assert told(books) == [("small-help", 75, 750_00)]
    books.withdraw("i2")
    books.assess(assessed("i3", 1))
    assert told(books) == [("small-help", 75, 750_00)], "once, also when it is reached again"
    books.assess(assessed("i4", 250_00))
    assert told(books) == [("small-help", 75, 750_00), ("small-help", 100, 1_000_00)]


def test_one_decision_may_reach_both(books: Books) -> None:
    books.adopt(small_help=300_00)
    books.assess(assessed("i1", 300_00))
    assert told(books) == [("small-help", 75, 300_00), ("small-help", 100, 300_00)]


def test_contributions_expenses_and_moves_tell_it_too(books: Books) -> None:
    books.adopt(clubs=600_00, ferry=400_00, shore=1_000_00, small_help=1_00)
    enter(books, "a")
    contribute(books)
    assert [line for line, *_ in told(books)] == ["clubs", "clubs"]
    entry = Booking("e1", 2021, "ferry", None, ACT)
    books.run(lambda tx: ledger.post(tx, entry, [Move("commit", "available", "committed", 300_00)]))
    assert told(books)[2:] == [("ferry", 75, 300_00)]
    books.assess(assessed("i1", 500_00, line="shore"))
    amend(books, cause="moved", line="small-help", fromLine="shore", amountCents=400_00)
    assert told(books)[3:] == [("shore", 75, 500_00)]


def test_it_is_told_in_the_transaction_that_reaches_it_or_not_at_all(books: Books) -> None:
    books.adopt(small_help=300_00)

    def fails(tx):  # type: ignore[no-untyped-def]
        tx.record(handlers.assessed(assessed("i1", 300_00), tx))
        raise KeyError("after the decision")

    with pytest.raises(KeyError):
        books.run(fails)
    assert told(books) == []
    books.assess(assessed("i1", 300_00))
    assert len(told(books)) == 2


def test_promising_what_was_reserved_tells_nothing_more(books: Books) -> None:
    books.adopt(shore=1_000_00)
    books.assess(assessed("i1", 800_00, line="shore"))
    assert told(books) == [("shore", 75, 800_00)]
    query = "SELECT id FROM grants"
    grant = str(books.run(lambda tx: tx.connection.exec_driver_sql(query).scalar_one()))
    books.told(lambda tx: handlers.decide(grant, DecideGrant(decision="allocate"), tx))
    assert len(told(books)) == 1


def test_a_line_without_money_reaches_nothing(books: Books) -> None:
    books.adopt(small_help=0)
    books.assess(assessed("i1", 1))
    assert told(books) == []
