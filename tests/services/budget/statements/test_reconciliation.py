# SPDX-License-Identifier: EUPL-1.2
"""Ledger, events and overview are held against each other; a cent that differs is seen. On both databases."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import update

from services.budget.__main__ import SERVICE
from services.budget.ledger import queries
from services.budget.ledger.tables import kern_holds, lines
from shared.contracts.analytics import LineMoney, MoneyAnswer, MoneyQuestion
from shared.dutch import euro
from shared.http.app import create_app
from shared.messaging.broker import Bus
from shared.messaging.requests import Answerer, serve
from tests.access import AS_ANYBODY, DOOR
from tests.conftest import NatsServer
from tests.services.budget.acts import amend, contribute, enter, withdraw
from tests.services.budget.books import Books, assessed

PATH = "/v1/budget-years/2021/reconciliation"


def live(books: Books) -> None:
    """A year in which everything happens once."""
    books.adopt(ferry=0, clubs=1_800_00, small_help=2_000_00, shore=9_000_00)
    enter(books, "a")
    enter(books, "b")
    contribute(books)
    first = books.run(lambda tx: tx.connection.exec_driver_sql("SELECT id FROM contributions").scalar())
    withdraw(books, str(first))
    for number, cents in enumerate((400_00, 300_00, 350_00, 800_00, 900_00)):
        books.assess(assessed(f"i{number}", cents))
    books.withdraw("i1")
    books.withdraw("i3")
    books.decide("i4", decision="allocate", amountCents=700_00)
    books.assess(assessed("i9", 100_00, line="shore"))
    amend(books, cause="moved", line="small-help", fromLine="shore", amountCents=50_00)


def overview(**changed: int) -> MoneyAnswer:
    """What the overview has to say after that year, by hand."""
    figures = {
        "clubs": (1_800_00, 0, 600_00),
        "shore": (8_950_00, 100_00, 0),
        "small-help": (2_050_00, 0, 400_00 + 350_00 + 700_00 + changed.get("more", 0)),
    }
    told = tuple(
        LineMoney(line=line, budget_cents=total, reserved_cents=held, committed_cents=given)
        for line, (total, held, given) in figures.items()
    )
    return MoneyAnswer(lines=told, as_of=None)


async def _ready() -> dict[str, str]:
    return {}


class Overview:
    """Another service on the bus, that answers what it is told to."""

    answer = overview()

    def money(self, _connection: Any, question: MoneyQuestion) -> MoneyAnswer:
        assert question.year == 2021
        return self.answer


@pytest.fixture
async def answering(
    books: Books, nats_server: NatsServer
) -> AsyncIterator[tuple[httpx.AsyncClient, Overview]]:
    shown = Overview()
    other, bus = Bus(nats_server.url, "analytics"), Bus(nats_server.url, "budget")
    reply = Answerer("analytics.money", MoneyQuestion, shown.money)
    other.prepare = lambda broker: serve(broker, books.database, (reply,))
    for each in (other, bus):
        each.start()
        await each.connection()
    app = create_app(SERVICE, books.transactions, _ready, CollectorRegistry(), DOOR)
    app.state.bus = bus
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers=AS_ANYBODY
    ) as client:
        yield client, shown
    for each in (bus, other):
        await each.stop()


async def test_three_accounts_agree_to_the_cent(
    books: Books, answering: tuple[httpx.AsyncClient, Overview]
) -> None:
    client, _ = answering
    live(books)
    found = (await client.get(PATH)).json()
    assert (found["agrees"], found["outcome"]) == (True, "agrees"), found
    assert {it["line"]: it["events"]["promisedCents"] for it in found["lines"]} == {
        "clubs": 600_00, "ferry": 0, "shore": 0, "small-help": 1_450_00,
    }  # fmt: skip
    page = (await client.get("/verantwoording/2021")).text
    assert "gelijk, tot op de cent" in page
    assert "Handtekening" in page


async def test_a_cent_that_the_overview_has_too_many_is_seen(
    books: Books, answering: tuple[httpx.AsyncClient, Overview]
) -> None:
    client, shown = answering
    live(books)
    shown.answer = overview(more=1)
    found = (await client.get(PATH)).json()
    assert (found["agrees"], [it["line"] for it in found["lines"] if not it["agrees"]]) == (
        False, ["small-help"],
    )  # fmt: skip
    assert "niet gelijk" in (await client.get("/verantwoording/2021")).text


async def test_a_cent_that_no_event_tells_is_seen(
    books: Books, answering: tuple[httpx.AsyncClient, Overview]
) -> None:
    client, _ = answering
    live(books)
    more = update(lines).where(lines.c.line == "shore").values(total_cents=lines.c.total_cents + 1)
    books.run(lambda tx: tx.connection.execute(more))
    found = (await client.get(PATH)).json()
    assert not found["agrees"]
    assert found["outcome"] == "differs"
    assert [it["line"] for it in found["lines"] if not it["agrees"]] == ["shore"]
    [fault] = found["faults"]
    assert (fault["year"], fault["line"], fault["kern"], fault["account"]) == (2021, "shore", None, "total")
    assert fault["storedCents"] == fault["postingsCents"] + 1
    page = (await client.get("/verantwoording/2021")).text
    told = f"begroot is {euro(fault['storedCents'])}, volgens de boekingen {euro(fault['postingsCents'])}."
    assert told in page.replace("&nbsp;", "\xa0")


async def test_a_cent_that_a_kern_holds_too_many_is_told(books: Books) -> None:
    live(books)
    more = update(kern_holds).values(held_cents=kern_holds.c.held_cents + 1)
    changed = books.run(lambda tx: tx.connection.execute(more).rowcount)
    told = books.run(lambda tx: [str(fault) for fault in queries.faults(tx.connection)])
    assert len(told) == changed > 0
    assert all(": held is " in each for each in told)


async def test_without_the_overview_nothing_is_signed(books: Books, api: httpx.AsyncClient) -> None:
    books.adopt(shore=1_00, clubs=0)
    found = (await api.get(PATH)).json()
    assert (found["agrees"], found["overviewAnswered"]) == (False, False)
    assert (found["outcome"], found["faults"]) == ("not-answered", [])
    assert "antwoordt nu niet" in (await api.get("/verantwoording/2021")).text
    assert (await api.get("/v1/budget-years/2020/reconciliation")).status_code == 404
