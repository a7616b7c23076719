# SPDX-License-Identifier: EUPL-1.2
"""Whatever is asked, decided, paid, settled, paid back and closed, in whatever order: the books are right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)
from sqlalchemy import select

from services.budget.expenses import handlers as expenses
from services.budget.expenses.commands import AmendExpense, CommitExpense, PayInvoice
from services.budget.grants import handlers
from services.budget.grants.commands import (
    AmendGrant,
    DecideGrant,
    PayGrant,
    RefundGrant,
    SettleGrant,
    WithdrawGrant,
)
from services.budget.handlers import PAYABLE
from services.budget.ledger.model import balance_of
from services.budget.ledger.tables import postings
from services.budget.payments import handlers as payments
from services.budget.payments.commands import MakeFile, TakeAnswer
from services.budget.payments.tables import orders
from services.budget.years import handlers as years
from services.budget.years.commands import CloseBudget
from shared.contracts import budget as said
from shared.contracts.envelope import EventData, NewEvent
from shared.contracts.refusals import Invalid, Refused
from shared.messaging.transaction import Transaction
from shared.municipality import load_municipality
from tests.conftest import HERE, MORE
from tests.memory import in_memory
from tests.services.budget.books import Books, assessed

Place = tuple[int, str]
TODAY = datetime(2022, 3, 1, 10, 0, tzinfo=UTC)
TOTALS = {
    (2021, "small-help"): 1_000_00, (2021, "shore"): 6_000_00, (2021, "ferry"): 2_000_00,
    (2022, "small-help"): 1_000_00,
}  # fmt: skip
GRANTS = [place for place in TOTALS if place[1] != "ferry"]
MOST = 9  # promises: with more, few of them come far
FERRY = (2021, "ferry")
KERN_MAXIMUM = {"shore": 4_000_00}
AMOUNTS = st.integers(1, 1_200_00) | st.integers(1, 7_000_00) | st.sampled_from([1, 400_00, 400_01, 1_000_00])
PERCENT = st.integers(1, 130)


@dataclass
class Promise:
    """What a grant or an expense holds of its line, as the events tell it; and what of that was paid."""

    place: Place
    kern: str | None
    asked: int
    held: int = 0
    ordered: int = 0
    paid: int = 0
    is_withdrawn: bool = False


@dataclass
class Order:
    subject: str
    cents: int
    state: str = "open"


class Ledger(RuleBasedStateMachine):
    """Beside the service runs the simplest book-keeping there is."""

    asking, spending, ordered = Bundle("asking"), Bundle("spending"), Bundle("ordered")

    def __init__(self) -> None:
        super().__init__()
        self.database = in_memory("budget")
        self.books = Books(self.database, load_municipality(HERE / "municipality.toml"), TODAY)
        self.books.adopt(small_help=1_000_00, shore=6_000_00, ferry=2_000_00)
        self.books.adopt(year=2022, small_help=1_000_00)
        self.promises: dict[str, Promise] = {}  # by initiative or expense
        self.orders: dict[str, Order] = {}
        self.closed_after: int | None = None  # the last posting before 2021 was closed
        self.some_are_given()

    def teardown(self) -> None:
        self.database.close()

    def held_at(self, place: Place, kern: str | None = None) -> int:
        return sum(p.held for p in self.promises.values() if p.place == place and kern in (None, p.kern))

    def is_closed(self, place: Place) -> bool:
        return place[0] == 2021 and self.closed_after is not None

    def hear(self, events: list[EventData]) -> None:
        for event in events:
            if not isinstance(event, said.GrantData):
                continue
            promise, cents = self.promises[event.initiative_id], event.amount_cents
            match event:
                case said.GrantReserved() | said.GrantAllocated() | said.GrantAmended():
                    promise.held = cents
                case said.GrantReleased() | said.GrantWithdrawn():
                    promise.held -= cents
                    promise.is_withdrawn = isinstance(event, said.GrantWithdrawn)
                case said.GrantSettled():
                    promise.held = max(cents, promise.paid)
                case said.GrantReturned() if event.refunded or promise.is_withdrawn:
                    promise.held -= cents

    def is_done(self, work: Callable[[Transaction], Sequence[NewEvent]]) -> bool:
        """Whatever is not done has written nothing."""
        before = self.books.written()
        try:
            self.hear(self.books.told(work))
        except (Refused, Invalid):
            assert self.books.written() == before
            return False
        return True

    def of_grant(self, handler: Callable[..., Sequence[NewEvent]], name: str, command: Any) -> bool:
        grant_id = self.books.grant(name)["id"]
        return self.is_done(lambda tx: handler(grant_id, command, tx))

    def some_are_given(self) -> None:
        """From here it is not far to what seldom happens: one paid, one in part, one that is being paid."""
        for cents in (300_00, 300_00, 250_00):
            self.ask(cents, (2021, "small-help"), "noordoever")
        self.pay("i0", 100)
        self.pay("i1", 50)
        self._order("i2", 60)
        self.send()

    @initialize(target=asking)
    def they_can_go_on(self) -> MultipleResults[str]:
        return multiple(*self.promises)

    @initialize(target=ordered)
    def they_can_be_answered(self) -> MultipleResults[str]:
        return multiple(*self.orders)

    # What is asked and decided

    @precondition(lambda self: len(self.promises) < MOST)
    @rule(
        target=asking,
        cents=AMOUNTS,
        place=st.sampled_from(GRANTS),
        kern=st.sampled_from(["noordoever", "zuidoever"]),
    )
    def ask(self, cents: int, place: Place, kern: str) -> str:
        name, (year, line) = f"i{len(self.promises)}", place
        fits = self.held_at(place) + cents <= TOTALS[place]
        fits_kern = self.held_at(place, kern) + cents <= KERN_MAXIMUM.get(line, 10**12)
        self.promises[name] = Promise(place, kern, cents)
        asked = assessed(name, cents, line=line, kernen=(kern,), on=date(year, 2, 1))
        events = self.books.assess(asked)
        self.hear(events)
        told = [event.TYPE.split(".")[1] for event in events]
        if fits and fits_kern and not self.is_closed(place):
            automatic = line == "small-help" and cents <= 400_00
            assert told == (["reserved", "allocated"] if automatic else ["reserved"])
        else:
            reason = "above-kern-maximum" if fits else "no-room"
            reason = "year-closed" if self.is_closed(place) else reason
            kept = self.books.grant(name)
            assert (told, kept["state"], kept["reason"]) == ([], "refusal-proposed", reason)
        return name

    @rule(name=asking, percent=PERCENT)
    def allocate(self, name: str, percent: int) -> None:
        amount = max(1, self.promises[name].asked * percent // 100)
        if self.of_grant(handlers.decide, name, DecideGrant(decision="allocate", amount_cents=amount)):
            assert amount <= self.promises[name].asked

    @rule(name=asking, decision=st.sampled_from(["decline", "wait"]))
    def say_no(self, name: str, decision: Literal["decline", "wait"]) -> None:
        self.of_grant(handlers.decide, name, DecideGrant(decision=decision))

    @rule(name=asking, percent=st.integers(1, 200))
    def amend(self, name: str, percent: int) -> None:
        amount = max(1, self.promises[name].asked * percent // 100)
        self.of_grant(handlers.amend, name, AmendGrant(amount_cents=amount))

    @rule(name=asking, by_the_holder=st.booleans())
    def take_back(self, name: str, by_the_holder: bool) -> None:
        if by_the_holder:
            self.of_grant(handlers.withdraw, name, WithdrawGrant())
        else:
            self.hear(self.books.withdraw(name, TODAY.date()))

    # What is spent and paid

    @rule(name=asking, percent=st.integers(0, 130))
    def settle(self, name: str, percent: int) -> None:
        before = self.promises[name].held
        cost = before * percent // 100
        if self.of_grant(handlers.settle, name, SettleGrant(actual_cost_cents=cost)):
            assert cost <= before

    @rule(name=asking, percent=PERCENT)
    def pay_back(self, name: str, percent: int) -> None:
        promise = self.promises[name]
        amount = max(1, promise.paid * percent // 100)
        if self.of_grant(handlers.refund, name, RefundGrant(amount_cents=amount)):
            promise.paid, promise.ordered = promise.paid - amount, promise.ordered - amount

    @precondition(lambda self: len(self.promises) < MOST)
    @rule(target=spending, cents=AMOUNTS)
    def set_aside(self, cents: int) -> str | MultipleResults[str]:
        name, fits = f"e{len(self.promises)}", self.held_at(FERRY) + cents <= TOTALS[FERRY]
        command = CommitExpense(year=2021, line="ferry", description="Touw", amount_cents=cents)
        done = self.is_done(lambda tx: expenses.commit(name, command, tx))
        assert done == (fits and not self.is_closed(FERRY))
        if not done:
            return multiple()
        self.promises[name] = Promise(FERRY, None, cents, held=cents)
        return name

    @rule(name=spending, cents=AMOUNTS)
    def set_other_aside(self, name: str, cents: int) -> None:
        if self.is_done(lambda tx: expenses.amend(name, AmendExpense(amount_cents=cents), tx)):
            self.promises[name].held = cents

    @rule(target=ordered, name=asking | spending, percent=PERCENT)
    def order(self, name: str, percent: int) -> str | MultipleResults[str]:
        return self._order(name, percent) or multiple()

    @rule(target=ordered, name=asking, percent=PERCENT)
    def pay(self, name: str, percent: int) -> str | MultipleResults[str]:
        """The whole way at once, or little is ever paid."""
        order_id = self._order(name, percent)
        if order_id is None:
            return multiple()
        self.send()
        self.answer(order_id, "paid")
        return order_id

    def _order(self, name: str, percent: int) -> str | None:
        promise, order_id = self.promises[name], f"o{len(self.orders)}"
        cents = max(1, (promise.held - promise.ordered) * percent // 100)
        if name.startswith("i"):
            pay = PayGrant(amount_cents=cents, creditor_number="17")
            done = self.of_grant(lambda g, c, tx: handlers.pay(g, order_id, c, tx), name, pay)
        else:
            bill = PayInvoice(amount_cents=cents, creditor_number="18", reference="f1")
            done = self.is_done(lambda tx: expenses.pay(name, order_id, bill, tx))
        if not done:
            return None
        promise.ordered += cents
        self.orders[order_id] = Order(name, cents)
        return order_id

    @rule()
    def send(self) -> None:
        still_open = {name for name, order in self.orders.items() if order.state == "open"}
        file_id = f"file-{self.books.written()}"
        assert self.is_done(lambda tx: payments.make_file(file_id, MakeFile(), PAYABLE, tx)) == bool(
            still_open
        )
        within = select(orders.c.id).where(orders.c.file_id == file_id)
        assert set(self.books.run(lambda tx: tx.connection.execute(within).scalars().all())) == still_open
        for name in still_open:
            self.orders[name].state = "sent"

    @rule(order_id=ordered, outcome=st.sampled_from(["paid", "paid", "refused"]))
    def answer(self, order_id: str, outcome: str) -> None:
        order, before = self.orders[order_id], self.books.written()
        known, promise = order.state, self.promises[order.subject]
        line = f"{order_id},{outcome},2022-03-01,{'closed' if outcome == 'refused' else ''}"
        csv = TakeAnswer(csv=f"order,outcome,date,reason\n{line}\n")
        if known == "sent":
            order.state = outcome
            promise.paid += order.cents if outcome == "paid" else 0
            promise.ordered -= order.cents if outcome == "refused" else 0
        assert self.is_done(lambda tx: payments.take_answer("a", csv, PAYABLE, tx)) == (
            known in ("sent", outcome)
        )
        if known != "sent":
            assert self.books.written() == before  # it was told, or refused

    @rule(after=st.integers(3, 30))
    def close_the_year(self, after: int) -> None:
        """Not too soon, as a rule: little happens in a closed year."""
        if len(self.promises) < after:
            return
        last = max(row.id for place in TOTALS for row in self.postings_at(place))
        if self.is_done(lambda tx: years.close(2021, CloseBudget(), tx)):
            assert self.closed_after is None
            self.closed_after = last
            assert not any(self.books.balance(line, year).reserved for year, line in TOTALS if year == 2021)

    # What holds all along

    @invariant()
    def stored_balances_are_the_sums_of_the_postings_and_of_what_was_told(self) -> None:
        assert self.books.differences() == []
        for (year, line), total in TOTALS.items():
            balance = self.books.balance(line, year)
            assert (balance.total, balance.total - balance.available) == (total, self.held_at((year, line)))

    @invariant()
    def nothing_is_paid_twice_or_unordered(self) -> None:
        for year, line in TOTALS:
            paid = sum(p.paid for p in self.promises.values() if p.place == (year, line))
            assert self.books.balance(line, year).paid == paid
        for promise in self.promises.values():
            assert 0 <= promise.paid <= promise.ordered <= promise.held

    @invariant()
    def nobody_is_passed_by(self) -> None:
        assert self.books.passed_by() == []

    @invariant()
    def no_prefix_of_history_is_over(self) -> None:
        for place in TOTALS:
            moved: list[tuple[str, str, int]] = []
            for row in self.postings_at(place):
                moved.append((row.credit, row.debit, row.amount_cents))
                balance = balance_of(moved)
                assert min(balance.available, balance.reserved, balance.committed, balance.paid) >= 0

    @invariant()
    def a_reservation_is_promised_freed_or_still_open(self) -> None:
        for year, line in TOTALS:
            posted = {"reserve": 0, "allocate": 0, "release": 0}
            for row in self.postings_at((year, line)):
                if row.operation in posted:
                    posted[row.operation] += row.amount_cents
            still_open = self.books.balance(line, year).reserved
            assert posted["reserve"] == posted["allocate"] + posted["release"] + still_open

    @invariant()
    def nothing_is_promised_from_a_closed_year(self) -> None:
        if self.closed_after is not None:
            later = [
                row
                for p in TOTALS
                if p[0] == 2021
                for row in self.postings_at(p)
                if row.id > self.closed_after
            ]
            assert [row.operation for row in later if row.credit == "available"] == []

    def postings_at(self, place: Place) -> list[Any]:
        c = postings.c
        wanted = select(c.id, c.operation, c.credit, c.debit, c.amount_cents)
        rows = wanted.where(c.year == place[0], c.line == place[1]).order_by(c.id)
        return self.books.run(lambda tx: list(tx.connection.execute(rows)))


# To find the shortest way to a failure takes minutes.
TestLedger = pytest.mark.timeout(900)(Ledger.TestCase)
TestLedger.settings = settings(max_examples=6 * MORE, stateful_step_count=40, deadline=None)
