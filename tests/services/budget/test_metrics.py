# SPDX-License-Identifier: EUPL-1.2
"""What monitoring is told of the money, on both databases; the example rings for nobody."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import update

from services.budget import metrics
from services.budget.__main__ import SERVICE
from services.budget.grants import handlers as grants
from services.budget.grants.commands import PayGrant
from services.budget.handlers import PAYABLE
from services.budget.ledger.tables import lines
from services.budget.metrics import Gauges
from services.budget.payments import handlers as payments
from services.budget.payments.commands import MakeFile, TakeAnswer
from shared.contracts.analytics import LineMoney, MoneyAnswer, MoneyQuestion
from shared.contracts.envelope import Origin
from shared.messaging.broker import Bus
from shared.messaging.requests import Answerer, serve
from shared.messaging.stream import ensure_stream
from shared.process import Process
from tests.conftest import PATIENCE, NatsServer
from tests.services.budget.acts import adopt, close
from tests.services.budget.books import Books, assessed


def on(books: Books, day: date) -> None:
    """Midday in the municipality."""
    books.transactions.clock = lambda: datetime.combine(day, time(11), tzinfo=UTC)


class Overview:
    """Another service on the bus, that shows of every year what it is told to, or fails."""

    def __init__(self) -> None:
        self.shown: dict[int, int] = {}

    def money(self, _connection: Any, question: MoneyQuestion) -> MoneyAnswer:
        cents = self.shown[question.year]
        line = LineMoney(line="shore", budget_cents=cents, reserved_cents=0, committed_cents=0)
        return MoneyAnswer(lines=(line,), as_of=None)


@pytest.fixture
async def overview(books: Books, nats_server: NatsServer) -> AsyncIterator[Overview]:
    overview, other = Overview(), Bus(nats_server.url, "analytics")
    reply = Answerer("analytics.money", MoneyQuestion, overview.money)
    other.prepare = lambda broker: serve(broker, books.database, (reply,))
    other.start()
    await other.connection()
    yield overview
    await other.stop()


@pytest.fixture
async def seen(books: Books, overview: Overview, nats_server: NatsServer) -> AsyncIterator[Gauges]:
    bus = Bus(nats_server.url, "budget")
    bus.start()
    await bus.connection()
    yield Gauges(CollectorRegistry(), books.transactions, bus)
    await bus.stop()


async def counted(seen: Gauges) -> tuple[float, ...]:
    await seen.measure()
    return now(seen)


def now(seen: Gauges) -> tuple[float, ...]:
    """Years unclosed, payments unanswered, differences."""
    gauges = (seen.unclosed, seen.unanswered, seen.differences)
    return tuple(next(iter(gauge.collect())).samples[0].value for gauge in gauges)


def wrong_by_a_cent(books: Books, year: int) -> None:
    more = update(lines).where(lines.c.year == year).values(total_cents=lines.c.total_cents + 1)
    books.run(lambda tx: tx.connection.execute(more))


async def test_a_year_that_is_over_and_not_closed_is_told_after_its_weeks(books: Books, seen: Gauges) -> None:
    on(books, date(2021, 12, 1))
    for year, origin in ((2019, "example"), (2020, "live"), (2021, "live"), (2022, "live")):
        adopt(books, year=year, happenedOn=f"{year - 1}-11-10", origin=origin)
    on(books, date(2022, 1, 28))  # four weeks after 31 December
    assert (await counted(seen))[0] == 1
    on(books, date(2022, 1, 29))
    assert (await counted(seen))[0] == 2
    close(books, 2020)
    close(books, 2021)
    assert (await counted(seen))[0] == 0


def order(books: Books, initiative_id: str, origin: Origin) -> None:
    grant_id, command = books.grant(initiative_id)["id"], PayGrant(creditor_number="0017", origin=origin)
    books.told(lambda tx: grants.pay(grant_id, f"order-{initiative_id}", command, tx))


@pytest.mark.parametrize(("origin", "told"), [("live", 1), ("import", 1), ("example", 0)])
async def test_a_payment_that_is_not_answered_is_told_after_its_days(
    books: Books, seen: Gauges, origin: Origin, told: int
) -> None:
    books.adopt(origin=origin, small_help=1_000_00)
    for name in ("i1", "i2"):
        books.assess(assessed(name, 400_00, origin=origin))
    order(books, "i1", origin)
    books.told(lambda tx: payments.make_file("file", MakeFile(origin=origin), PAYABLE, tx))
    order(books, "i2", origin)  # in no file yet: nobody was asked
    on(books, date(2021, 6, 24))  # nine days after the file
    assert (await counted(seen))[1] == 0
    on(books, date(2021, 6, 25))
    assert (await counted(seen))[1] == told
    answer = TakeAnswer(csv="order,outcome,date,reason\norder-i1,paid,2021-06-25,\n")
    books.told(lambda tx: payments.take_answer("answer", answer, PAYABLE, tx))
    assert (await counted(seen))[1] == 0


def PAY(origin: Origin) -> PayGrant:
    return PayGrant(creditor_number="0017", origin=origin)


async def test_a_cent_of_difference_is_told(books: Books, seen: Gauges, overview: Overview) -> None:
    shore = [{"line": "shore", "amountCents": 5_00}]
    adopt(books, year=2020, happenedOn="2019-11-10", lines=shore, origin="example")
    adopt(books, year=2021, lines=shore)
    overview.shown = {2020: 5_00, 2021: 5_00}
    assert (await counted(seen))[2] == 0
    wrong_by_a_cent(books, 2020)
    assert (await counted(seen))[2] == 0, "the example is nobody's work"
    overview.shown[2021] = 5_01
    assert (await counted(seen))[2] == 1
    overview.shown.clear()  # it cannot answer: what this service itself says is still compared
    assert (await counted(seen))[2] == 0
    wrong_by_a_cent(books, 2021)
    assert (await counted(seen))[2] == 2, "no event tells it, and no posting"


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.05)


async def test_who_no_longer_leads_tells_nothing(
    books: Books, seen: Gauges, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "MEASURE_EVERY", 0.05)
    adopt(books, year=2020, happenedOn="2019-11-10")
    task = asyncio.create_task(seen.run(None, None))
    await until(lambda: now(seen)[0] == 1)
    wrong_by_a_cent(books, 2020)
    await until(lambda: now(seen)[2] > 0)
    task.cancel()
    await asyncio.wait([task])
    assert now(seen) == (0, 0, 0)


async def test_the_leader_of_the_service_counts(books: Books, own_nats_server: NatsServer) -> None:
    adopt(books, year=2020, happenedOn="2019-11-10")
    bus = Bus(own_nats_server.url, "budget")
    process = Process(SERVICE, books.database, books.municipality, bus)
    await process.start()
    await ensure_stream(await bus.connection(), 1024**2)
    shown = "kernpuls_budget_years_unclosed 1.0"
    await until(lambda: shown in generate_latest(process.metrics.registry).decode().splitlines())
    await process.stop()
