# SPDX-License-Identifier: EUPL-1.2
"""The end of a year: what lapses, what stays payable, and what is never promised again; on both databases."""

from datetime import UTC, date, datetime

import pytest

from services.budget.grants import handlers
from services.budget.grants.commands import DecideGrant, SettleGrant
from services.budget.ledger import store as ledger
from services.budget.ledger.model import Balance, Booking, Move
from services.budget.years import queries
from shared.contracts.budget import BudgetClosed, LineLeft
from shared.contracts.commands import Act
from shared.contracts.refusals import Invalid, Refused
from shared.municipality import Municipality
from shared.store import Database
from tests.services.budget.acts import adopt, amend, close
from tests.services.budget.books import Books, assessed

DECEMBER, MARCH = date(2021, 12, 20), datetime(2022, 3, 1, 12, 0, tzinfo=UTC)
FAR_FROM_WATER = ("near-water",)


@pytest.fixture
def books(budget_store: Database, municipality: Municipality) -> Books:
    books = Books(budget_store, municipality, MARCH)
    adopt(books, happenedOn="2020-11-10")
    return books


def asked(books: Books, initiative_id: str, cents: int, line: str = "shore", on: date = DECEMBER) -> str:
    """Money asked of a line without an automatic limit: it is reserved."""
    books.assess(assessed(initiative_id, cents, line=line, on=on))
    rows = books.run(lambda tx: tx.connection.exec_driver_sql(
        f"SELECT id FROM grants WHERE initiative_id = '{initiative_id}'").scalar_one())  # fmt: skip
    return str(rows)


def state_of(books: Books, grant_id: str) -> str:
    query = f"SELECT state FROM grants WHERE id = '{grant_id}'"
    return str(books.run(lambda tx: tx.connection.exec_driver_sql(query).scalar_one()))


def test_a_reservation_lapses_and_a_promise_stays(books: Books) -> None:
    undecided, promised = asked(books, "i1", 700_00), asked(books, "i2", 900_00)
    allocate = DecideGrant(decision="allocate", happened_on=date(2021, 12, 22))
    books.told(lambda tx: handlers.decide(promised, allocate, tx))
    released, closed = close(books)
    assert released.TYPE == "grant.released.v1"
    assert isinstance(closed, BudgetClosed)
    assert closed.happened_on == date(2021, 12, 31)
    assert LineLeft(line="shore", left_cents=8_100_00) in closed.lines
    assert (state_of(books, undecided), state_of(books, promised)) == ("released", "allocated")
    assert books.balance("shore") == Balance(9_000_00, committed=900_00)
    assert books.differences() == []


def test_a_promise_is_paid_in_january_from_its_own_year_and_a_return_in_february_stays_there(
    books: Books,
) -> None:
    grant = asked(books, "i1", 900_00)
    allocate = DecideGrant(decision="allocate", happened_on=date(2021, 12, 22))
    books.told(lambda tx: handlers.decide(grant, allocate, tx))
    close(books)
    adopt(books, year=2022, happenedOn="2021-11-10")
    entry = Booking(grant, 2021, "shore", "noordoever", Act("system", date(2022, 1, 15), "live"))
    books.run(lambda tx: ledger.post(tx, entry, [Move("pay", "committed", "paid", 600_00)]))
    assert books.balance("shore") == Balance(9_000_00, committed=300_00, paid=600_00)

    back = Move("return", "committed", "available", 300_00)
    february = Booking(grant, 2021, "shore", "noordoever", Act("system", date(2022, 2, 20), "live"))
    books.run(lambda tx: ledger.post(tx, february, [back]))
    assert books.balance("shore") == Balance(9_000_00, paid=600_00)
    assert books.balance("shore", 2022) == Balance(9_000_00)

    taken = Move("reserve", "available", "reserved", 1)
    assert books.run(lambda tx: ledger.take(tx, february, taken)) == "year-closed"
    more = {"cause": "carried-over", "line": "shore", "fromYear": 2021, "decisionReference": "R22.1"}
    with pytest.raises(Refused, match="810000 cents were left"):
        amend(books, 2022, **more, amountCents=8_100_01)
    assert books.differences() == []


def test_a_settlement_in_february_is_booked_in_the_closed_year(books: Books) -> None:
    grant = asked(books, "i1", 900_00)
    allocate = DecideGrant(decision="allocate", happened_on=date(2021, 12, 22))
    books.told(lambda tx: handlers.decide(grant, allocate, tx))
    close(books)
    settle = SettleGrant(actual_cost_cents=600_00, happened_on=date(2022, 2, 20))
    events = books.told(lambda tx: handlers.settle(grant, settle, tx))
    assert [event.TYPE for event in events] == ["grant.settled.v1", "grant.returned.v1"]
    assert books.balance("shore") == Balance(9_000_00, committed=600_00)


def test_what_is_asked_of_a_closed_year_gets_nothing(books: Books) -> None:
    close(books)
    before = books.balance("shore")
    grant = asked(books, "i1", 100_00)
    assert state_of(books, grant) not in ("reserved", "allocated")
    reason = f"SELECT reason FROM grants WHERE id = '{grant}'"
    assert books.run(lambda tx: tx.connection.exec_driver_sql(reason).scalar_one()) == "year-closed"
    assert books.balance("shore") == before


def test_a_year_is_closed_once_and_not_before_its_last_day(books: Books) -> None:
    before = books.written()
    with pytest.raises(Invalid, match="2021-12-31 at the earliest"):
        close(books, happenedOn="2021-12-30")
    with pytest.raises(Refused, match="not adopted"):
        close(books, 2020)
    assert books.written() == before
    close(books)
    before = books.written()
    with pytest.raises(Refused) as refusal:
        close(books)
    assert (refusal.value.code, books.written()) == ("year-closed", before)
    assert books.run(lambda tx: queries.budget_year(tx.connection, 2021)).closed_on == date(2021, 12, 31)
