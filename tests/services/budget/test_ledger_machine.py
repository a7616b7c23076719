# SPDX-License-Identifier: EUPL-1.2
"""Whatever is asked, decided, settled and taken back, in whatever order: the books are right all along."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from services.budget import handlers
from services.budget.audit import balance_of
from services.budget.commands import AmendGrant, DecideGrant, SettleGrant, WithdrawGrant
from services.budget.tables import postings
from shared.contracts.envelope import EventData, NewEvent
from shared.contracts.refusals import Refused
from shared.messaging.transaction import Transaction
from shared.migrate import migrate
from shared.municipality import load_municipality
from shared.store import Database
from tests.conftest import HERE
from tests.services.budget.books import Books, assessed

Handler = Callable[[str, Any, Transaction], Sequence[NewEvent]]
TOTALS = {"small-help": 1_000_00, "shore": 6_000_00}
KERN_MAXIMUM = {"shore": 4_000_00}
AMOUNTS = st.integers(1, 1_200_00) | st.integers(1, 7_000_00) | st.sampled_from([1, 400_00, 400_01, 1_000_00])


class Ledger(RuleBasedStateMachine):
    """Beside the service runs the simplest book-keeping there is: what each grant holds, by the events."""

    asking = Bundle("asking")

    def __init__(self) -> None:
        super().__init__()
        self.database = Database("sqlite:///:memory:", "budget")
        migrate(self.database, "services.budget")
        self.books = Books(self.database, load_municipality(HERE / "municipality.toml"))
        self.books.adopt(small_help=TOTALS["small-help"], shore=TOTALS["shore"])
        self.holds: dict[str, int] = {}  # cents by initiative, as the events tell it
        self.asked: dict[str, tuple[str, str, int]] = {}  # line, kern, cents

    def teardown(self) -> None:
        self.database.close()

    def held_by(self, line: str, kern: str | None = None) -> int:
        return sum(
            self.holds[name] for name, (at, by, _) in self.asked.items() if at == line and kern in (None, by)
        )

    def hear(self, events: list[EventData]) -> None:
        for event in events:
            facts = event.model_dump()
            name, cents = facts["initiativeId"], facts["amountCents"]
            match event.TYPE.split(".")[1]:
                case "reserved" | "allocated" | "amended" | "settled":
                    self.holds[name] = cents
                case "released" | "withdrawn":
                    self.holds[name] -= cents

    @rule(
        target=asking,
        cents=AMOUNTS,
        line=st.sampled_from(sorted(TOTALS)),
        kern=st.sampled_from(["noordoever", "zuidoever"]),
    )
    def ask(self, cents: int, line: str, kern: str) -> str:
        name = f"i{len(self.asked)}"
        fits = self.held_by(line) + cents <= TOTALS[line]
        fits_kern = self.held_by(line, kern) + cents <= KERN_MAXIMUM.get(line, 10**12)
        self.asked[name], self.holds[name] = (line, kern, cents), 0
        events = self.books.assess(assessed(name, cents, line=line, kernen=(kern,)))
        self.hear(events)
        told = [event.TYPE.split(".")[1] for event in events]
        automatic = line == "small-help" and cents <= 400_00
        if fits and fits_kern:
            assert told == (["reserved", "allocated"] if automatic else ["reserved"])
        else:
            reason = "above-kern-maximum" if fits else "no-room"
            kept = self.books.grant(name)
            assert (told, kept["state"], kept["reason"]) == ([], "refusal-proposed", reason)
        return name

    @rule(name=asking, percent=st.integers(1, 130))
    def allocate(self, name: str, percent: int) -> None:
        amount = max(1, self.asked[name][2] * percent // 100)
        if self.is_done(handlers.decide, name, DecideGrant(decision="allocate", amount_cents=amount)):
            assert amount <= self.asked[name][2]

    @rule(name=asking, decision=st.sampled_from(["decline", "wait"]))
    def say_no(self, name: str, decision: Literal["decline", "wait"]) -> None:
        self.is_done(handlers.decide, name, DecideGrant(decision=decision))

    @rule(name=asking, percent=st.integers(1, 200))
    def amend(self, name: str, percent: int) -> None:
        amount = max(1, self.asked[name][2] * percent // 100)
        self.is_done(handlers.amend, name, AmendGrant(amount_cents=amount))

    @rule(name=asking, percent=st.integers(0, 130))
    def settle(self, name: str, percent: int) -> None:
        before = self.holds[name]
        command = SettleGrant(actual_cost_cents=before * percent // 100)
        if self.is_done(handlers.settle, name, command):
            assert command.actual_cost_cents <= before

    @rule(name=asking)
    def take_back(self, name: str) -> None:
        self.is_done(handlers.withdraw, name, WithdrawGrant())

    @rule(name=asking)
    def give_up(self, name: str) -> None:
        self.hear(self.books.withdraw(name))

    @invariant()
    def stored_balances_are_the_sums_of_the_postings(self) -> None:
        assert self.books.differences() == []
        for line, total in TOTALS.items():
            balance = self.books.balance(line)
            assert (balance.total, balance.total - balance.available) == (total, self.held_by(line))

    @invariant()
    def nobody_is_passed_by(self) -> None:
        assert self.books.passed_by() == []

    @invariant()
    def no_prefix_of_history_is_over(self) -> None:
        for line in TOTALS:
            moved: list[tuple[str, str, int]] = []
            for posting in self.postings_of(line):
                moved.append(posting)
                balance = balance_of(moved)
                assert min(balance.available, balance.reserved, balance.committed, balance.paid) >= 0

    @invariant()
    def a_reservation_is_promised_freed_or_still_open(self) -> None:
        for line in TOTALS:
            posted = self.postings_of(line)
            into = sum(cents for _, debit, cents in posted if debit == "reserved")
            out = sum(cents for credit, _, cents in posted if credit == "reserved")
            assert into == out + self.books.balance(line).reserved

    def postings_of(self, line: str) -> list[tuple[str, str, int]]:
        c = postings.c
        rows = select(c.credit, c.debit, c.amount_cents).where(c.line == line).order_by(c.id)
        return self.books.run(lambda tx: [tuple(row) for row in tx.connection.execute(rows)])

    def is_done(self, handler: Handler, name: str, command: Any) -> bool:
        grant_id = self.books.grant(name)["id"]
        try:
            self.hear(self.books.told(lambda tx: handler(grant_id, command, tx)))
        except Refused:
            return False
        return True


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
