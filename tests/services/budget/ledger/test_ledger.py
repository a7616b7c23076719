# SPDX-License-Identifier: EUPL-1.2
"""The ledger: never over, and every balance the sum of its postings."""

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.budget.ledger import store as ledger
from services.budget.ledger.model import Balance, Booking, Move, balance_of
from services.budget.ledger.tables import kern_holds, lines, postings
from shared.contracts.commands import Act
from tests.services.budget.books import TODAY, Books

ACT = Act("budget-holder", TODAY, "live")


def entry(kern: str | None = None, line: str = "small-help") -> Booking:
    return Booking("g1", 2021, line, kern, ACT)


def reserve(books: Books, cents: int, kern: str | None = None, most: int | None = None) -> str | None:
    move = Move("reserve", "available", "reserved", cents)
    return books.run(lambda tx: ledger.take(tx, entry(kern), move, most))


def release(books: Books, cents: int, kern: str | None = None) -> None:
    move = Move("release", "reserved", "available", cents)
    books.run(lambda tx: ledger.post(tx, entry(kern), [move]))


@pytest.fixture(autouse=True)
def adopted(books: Books) -> None:
    books.adopt(small_help=1_000_00)


def test_the_last_cent_can_be_taken_and_no_more(books: Books) -> None:
    assert reserve(books, 999_99) is None
    assert reserve(books, 2) == "no-room"
    assert reserve(books, 1) is None
    assert books.balance("small-help") == Balance(total=1_000_00, reserved=1_000_00)
    assert reserve(books, 1) == "no-room"
    assert books.differences() == []


def test_every_account_passes_its_money_on(books: Books) -> None:
    reserve(books, 700_00)
    moves = [
        Move("allocate", "reserved", "committed", 600_00),
        Move("release", "reserved", "available", 100_00),
        Move("allocate", "committed", "paid", 250_00),
    ]
    books.run(lambda tx: ledger.post(tx, entry(), moves))
    assert books.balance("small-help") == Balance(1_000_00, 0, 350_00, 250_00)
    assert books.balance("small-help").available == 400_00
    assert books.differences() == []


def test_the_council_takes_back_only_what_is_available(books: Books) -> None:
    reserve(books, 700_00)
    less = Move("adopt", "available", "council", 300_01)
    assert books.run(lambda tx: ledger.take(tx, entry(), less)) == "no-room"
    books.run(lambda tx: ledger.post(tx, entry(), [Move("adopt", "available", "council", 300_00)]))
    assert books.balance("small-help") == Balance(700_00, 700_00)
    assert books.differences() == []


def test_money_that_is_not_there_stops_the_whole_transaction(books: Books) -> None:
    reserve(books, 100_00)
    moves = [
        Move("allocate", "reserved", "committed", 100_00),
        Move("return", "committed", "available", 100_01),
    ]
    with pytest.raises(ledger.OutOfBalance):
        books.run(lambda tx: ledger.post(tx, entry(), moves))
    assert books.balance("small-help") == Balance(1_000_00, reserved=100_00)
    assert books.differences() == []


def test_a_kern_stays_within_its_maximum(books: Books) -> None:
    assert reserve(books, 400_01, "noordoever", 400_00) == "above-kern-maximum"
    assert reserve(books, 300_00, "noordoever", 400_00) is None
    assert reserve(books, 100_01, "noordoever", 400_00) == "above-kern-maximum"
    assert reserve(books, 400_00, "zuidoever", 400_00) is None
    assert books.balance("small-help") == Balance(1_000_00, reserved=700_00)
    release(books, 300_00, "noordoever")
    assert reserve(books, 300_01, "noordoever", 400_00) is None
    assert books.differences() == []


def test_room_in_the_line_is_told_before_the_maximum_of_the_kern(books: Books) -> None:
    assert reserve(books, 1_000_01, "noordoever", 400_00) == "no-room"


def test_a_line_that_was_not_adopted_is_told_as_such(books: Books) -> None:
    move = Move("reserve", "available", "reserved", 1)
    assert books.run(lambda tx: ledger.take(tx, entry(line="shore"), move)) == "no-budget"


def test_the_database_itself_refuses_a_line_that_is_over(books: Books) -> None:
    for change in (
        {"reserved_cents": 1_000_01},
        {"reserved_cents": -1},
        {"committed_cents": 600_00, "paid_cents": 400_01},
        {"total_cents": -1},
    ):
        with pytest.raises(IntegrityError):
            books.run(lambda tx, change=change: tx.connection.execute(update(lines).values(change)))  # type: ignore[misc]


def test_the_database_itself_keeps_history(books: Books) -> None:
    for change in ("UPDATE postings SET amount_cents = 1", "DELETE FROM postings"):
        with pytest.raises(DBAPIError, match="append-only"):
            books.run(lambda tx, change=change: tx.connection.execute(text(change)))  # type: ignore[misc]


def test_a_posting_tells_its_cause(books: Books) -> None:
    reserve(books, 5_00, "zuidoever")
    row = books.run(
        lambda tx: tx.connection.execute(select(postings).order_by(postings.c.id.desc())).mappings().first()
    )
    assert row
    told = {name: value for name, value in row.items() if name not in ("id", "recorded_at")}
    assert told == {
        "subject": "g1",
        "year": 2021,
        "line": "small-help",
        "kern": "zuidoever",
        "operation": "reserve",
        "credit": "available",
        "debit": "reserved",
        "amount_cents": 5_00,
        "role": "budget-holder",
        "reason": None,
        "origin": "live",
        "correlation_id": "because",
        "causation_id": None,
        "happened_on": TODAY,
    }


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (lines, {"reserved_cents": 1}),
        (lines, {"total_cents": 1_000_01}),
        (kern_holds, {"held_cents": 4_99}),
    ],
    ids=["reserved", "total", "kern"],
)
def test_the_audit_sees_a_cent_that_no_posting_explains(books: Books, table, change) -> None:  # type: ignore[no-untyped-def]
    reserve(books, 5_00, "noordoever")
    release(books, 5_00 - 1, "noordoever")
    reserve(books, 5_00 - 1, "noordoever")
    assert books.differences() == []
    books.run(lambda tx: tx.connection.execute(update(table).values(change)))
    assert len(books.differences()) == 1


def test_a_balance_is_the_sum_of_its_postings() -> None:
    moved = [
        ("council", "available", 100),
        ("available", "reserved", 40),
        ("reserved", "committed", 30),
        ("reserved", "available", 10),
        ("committed", "paid", 5),
        ("available", "council", 20),
    ]
    assert balance_of(moved) == Balance(total=80, reserved=0, committed=25, paid=5)
    assert balance_of(moved).available == 50
