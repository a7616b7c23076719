# SPDX-License-Identifier: EUPL-1.2
"""The example is a world of its own: it never takes, gets or changes real money, nor the other way round."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from services.budget.contributions.tables import contributions
from services.budget.expenses import handlers as expenses
from services.budget.expenses.commands import AmendExpense, CommitExpense, PayInvoice
from services.budget.grants import handlers as grants
from services.budget.grants.commands import AmendGrant, DecideGrant, PayGrant, SettleGrant, WithdrawGrant
from services.budget.ledger.model import Balance
from shared.contracts.envelope import Origin
from shared.contracts.refusals import Invalid, Refused
from shared.messaging.transaction import Transaction
from tests.services.budget.acts import adopt, amend, close, contribute, enter, withdraw
from tests.services.budget.books import Books, assessed

EARLIER = date(2020, 3, 8)
Work = Callable[[Transaction], Any]


@pytest.fixture(autouse=True)
def two_worlds(books: Books) -> None:
    """2020 is invented, 2021 is real."""
    money = {"small_help": 1_000_00, "clubs": 1_800_00, "ferry": 500_00}
    books.adopt(2020, "example", **money)
    books.adopt(2021, "live", **money)


@pytest.mark.parametrize(("year", "origin"), [(2021, "example"), (2020, "live"), (2020, "import")])
def test_nobody_is_given_money_of_the_other_world(books: Books, year: int, origin: Origin) -> None:
    assert books.assess(assessed("i1", 100_00, on=date(year, 6, 1), origin=origin)) == []
    grant = books.grant("i1")
    assert (grant["state"], grant["reason"]) == ("refusal-proposed", "no-budget")
    assert books.balance("small-help", year) == Balance(1_000_00)


def test_each_world_has_its_own_money(books: Books) -> None:
    books.assess(assessed("real", 100_00))
    books.assess(assessed("invented", 200_00, on=EARLIER, origin="example"))
    assert books.balance("small-help", 2021) == Balance(1_000_00, committed=100_00)
    assert books.balance("small-help", 2020) == Balance(1_000_00, committed=200_00)
    assert books.differences() == []


def test_what_is_invented_keeps_nobody_from_money_that_returns(books: Books) -> None:
    books.assess(assessed("first", 400_00))
    books.assess(assessed("invented", 100_00, origin="example"))
    books.assess(assessed("also", 400_00))
    books.assess(assessed("last", 300_00))
    assert books.grant("last")["state"] == "refusal-proposed"
    books.withdraw("first")
    assert [books.grant(name)["state"] for name in ("invented", "last")] == ["refusal-proposed", "allocated"]


@pytest.mark.parametrize(
    ("year", "origin", "served"), [(2020, "example", "org-invented"), (2021, "live", "org-real")]
)
def test_a_run_pays_the_organisations_of_its_own_world(
    books: Books, year: int, origin: Origin, served: str
) -> None:
    enter(books, "invented", creditorNumber="1", origin="example")
    enter(books, "real", creditorNumber="2")
    _, outcomes = contribute(books, "run", year, origin=origin)
    assert outcomes == {served: "allocated"}
    given = select(contributions.c.organisation_id)
    assert books.run(lambda tx: tx.connection.execute(given).scalars().all()) == [served]


def test_no_run_and_no_amendment_crosses(books: Books) -> None:
    before = books.written()
    crossings: list[tuple[int, Origin]] = [(2020, "live"), (2021, "example")]
    for year, origin in crossings:
        with pytest.raises(Invalid):
            contribute(books, "run", year, origin=origin)
        with pytest.raises(Invalid):
            amend(books, year, cause="moved", line="small-help", fromLine="clubs", origin=origin)
    with pytest.raises(Invalid):
        close(books, 2020)
    close(books, 2020, origin="example")
    assert books.written() > before
    carried = {"cause": "carried-over", "line": "small-help", "fromYear": 2020, "decisionReference": "R21"}
    with pytest.raises(Invalid):
        amend(books, 2021, **carried)
    assert books.balance("small-help", 2020) == Balance(1_000_00)


def test_money_over_the_years_is_counted_apart(books: Books) -> None:
    """The ferry has 100,000 euros over all years: an invented budget leaves no less of it."""
    ferry = [{"line": "ferry", "amountCents": 99_500_00}]
    adopt(books, year=2022, happenedOn="2021-06-01", lines=ferry)
    with pytest.raises(Refused) as refusal:
        amend(books, 2022, cause="raised", line="ferry", amountCents=1, decisionReference="R21")
    assert refusal.value.code == "above-total-over-years"


def commands(books: Books, grant_id: str) -> list[Work]:
    expense = CommitExpense(
        year=2020, line="ferry", description="Verf", amount_cents=100_00, origin="example"
    )
    books.told(lambda tx: expenses.commit("expense", expense, tx))
    invoice = PayInvoice(amount_cents=1_00, creditor_number="1", reference="1")
    return [
        lambda tx: grants.decide(grant_id, DecideGrant(decision="decline"), tx),
        lambda tx: grants.amend(grant_id, AmendGrant(amount_cents=1), tx),
        lambda tx: grants.withdraw(grant_id, WithdrawGrant(), tx),
        lambda tx: grants.settle(grant_id, SettleGrant(actual_cost_cents=1), tx),
        lambda tx: grants.pay(grant_id, "order", PayGrant(creditor_number="1"), tx),
        lambda tx: expenses.amend("expense", AmendExpense(amount_cents=1), tx),
        lambda tx: expenses.pay("expense", "order", invoice, tx),
    ]


def test_whoever_changes_the_example_says_so(books: Books) -> None:
    books.assess(assessed("invented", 200_00, on=EARLIER, origin="example"))
    enter(books, "invented", origin="example")
    contribute(books, "run", 2020, origin="example")
    (own,) = books.run(lambda tx: tx.connection.execute(select(contributions.c.id)).scalars().all())
    works = commands(books, books.grant("invented")["id"])
    before = books.written()
    for work in works:
        with pytest.raises((Invalid, Refused)):
            books.told(work)
    with pytest.raises(Invalid):
        withdraw(books, own)
    assert books.written() == before


def test_what_follows_by_itself_stays_in_its_world(books: Books) -> None:
    """An invented initiative that somebody takes back for real is still invented."""
    books.assess(assessed("invented", 200_00, on=EARLIER, origin="example"))
    (taken,) = books.withdraw("invented")
    assert taken.origin == "example"
    assert books.balance("small-help", 2020) == Balance(1_000_00)
