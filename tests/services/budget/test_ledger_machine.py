# SPDX-License-Identifier: EUPL-1.2
"""Whatever is asked, decided, settled and taken back, in whatever order: the books are right all along."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, precondition, rule
from sqlalchemy import select

from services.budget import handlers
from services.budget.audit import balance_of
from services.budget.commands import DecideGrant, SettleGrant
from services.budget.tables import grants, postings
from shared.contracts.refusals import Refused
from shared.migrate import migrate
from shared.municipality import load_municipality
from shared.store import Database
from tests.conftest import HERE
from tests.services.budget.books import Books, assessed

TOTALS = {"small-help": 1_000_00, "shore": 6_000_00}
KERN_MAXIMUM = {"shore": 4_000_00}
AMOUNTS = st.integers(1, 1_200_00) | st.integers(1, 7_000_00) | st.sampled_from([1, 400_00, 400_01, 1_000_00])


class Ledger(RuleBasedStateMachine):
    """Beside the service runs the simplest book-keeping there is: what each grant holds, in a dict."""

    held = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        self.database = Database("sqlite:///:memory:", "budget")
        migrate(self.database, "services.budget")
        self.books = Books(self.database, load_municipality(HERE / "municipality.toml"))
        self.books.adopt(small_help=TOTALS["small-help"], shore=TOTALS["shore"])
        self.holds: dict[str, tuple[str, str, int]] = {}  # grant -> line, kern, cents
        self.asked = 0

    def teardown(self) -> None:
        self.database.close()

    def held_by(self, line: str, kern: str | None = None) -> int:
        return sum(c for at, by, c in self.holds.values() if at == line and kern in (None, by))

    @rule(
        target=held,
        cents=AMOUNTS,
        line=st.sampled_from(sorted(TOTALS)),
        kern=st.sampled_from(["noordoever", "zuidoever"]),
    )
    def ask(self, cents: int, line: str, kern: str):  # type: ignore[no-untyped-def]
        self.asked += 1
        fits = self.held_by(line) + cents <= TOTALS[line]
        fits_kern = self.held_by(line, kern) + cents <= KERN_MAXIMUM.get(line, 10**12)
        events = self.books.assess(assessed(f"i{self.asked}", cents, line=line, kernen=(kern,)))
        last = events[-1]
        if not (fits and fits_kern):
            assert [last.TYPE, last.reason] == [  # type: ignore[attr-defined]
                "grant.declined.v1",
                "above-kern-maximum" if fits else "no-room",
            ]
            return multiple()
        automatic = line == "small-help" and cents <= 400_00
        assert ("grant.allocated.v1" if automatic else "grant.reserved.v1") == last.TYPE
        grant_id = self.grant_of(f"i{self.asked}")
        self.holds[grant_id] = (line, kern, cents)
        return grant_id

    @rule(grant_id=held, percent=st.integers(1, 130))
    def allocate(self, grant_id: str, percent: int) -> None:
        line, kern, cents = self.holds[grant_id]
        amount = max(1, cents * percent // 100)
        command = DecideGrant(decision="allocate", amount_cents=amount)
        if self.is_done(lambda tx: handlers.decide(grant_id, command, tx)):
            assert amount <= cents
            self.holds[grant_id] = (line, kern, amount)

    @rule(grant_id=held)
    def decline(self, grant_id: str) -> None:
        command = DecideGrant(decision="decline")
        if self.is_done(lambda tx: handlers.decide(grant_id, command, tx)):
            self.holds[grant_id] = (*self.holds[grant_id][:2], 0)

    @rule(grant_id=held, percent=st.integers(0, 130))
    def settle(self, grant_id: str, percent: int) -> None:
        line, kern, cents = self.holds[grant_id]
        command = SettleGrant(actual_cost_cents=cents * percent // 100)
        if self.is_done(lambda tx: handlers.settle(grant_id, command, tx)):
            assert command.actual_cost_cents <= cents
            self.holds[grant_id] = (line, kern, command.actual_cost_cents)

    @rule(grant_id=held)
    def withdraw(self, grant_id: str) -> None:
        initiative = self.books.run(
            lambda tx: tx.connection.execute(
                select(grants.c.initiative_id).where(grants.c.id == grant_id)
            ).scalar_one()
        )
        if self.books.withdraw(initiative):
            self.holds[grant_id] = (*self.holds[grant_id][:2], 0)

    @precondition(lambda self: self.holds)
    @invariant()
    def stored_balances_are_the_sums_of_the_postings(self) -> None:
        assert self.books.differences() == []
        for line, total in TOTALS.items():
            balance = self.books.balance(line)
            assert (balance.total, balance.total - balance.available) == (total, self.held_by(line))

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

    def grant_of(self, initiative_id: str) -> str:
        wanted = select(grants.c.id).where(grants.c.initiative_id == initiative_id)
        return self.books.run(lambda tx: str(tx.connection.execute(wanted).scalar_one()))

    def is_done(self, work) -> bool:  # type: ignore[no-untyped-def]
        try:
            return bool(self.books.told(work))
        except Refused:
            return False


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
