# SPDX-License-Identifier: EUPL-1.2
"""What `kernpuls verify` recomputes of the money: the ledger from its postings, and all that is kept from the
events of this service."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, func, select

from services.budget.contributions.tables import contribution_runs, contributions, run_outcomes
from services.budget.expenses.tables import expenses
from services.budget.grants.tables import grants, purposes
from services.budget.ledger import queries
from services.budget.ledger.tables import lines, years
from services.budget.organisations.tables import organisations
from services.budget.payments.tables import files, orders
from services.budget.statements.event_sums import CHANGES
from services.budget.years.tables import amendments
from shared.contracts import budget
from shared.contracts.budget.expenses import ExpenseAmended, ExpenseCommitted, ExpensePaid
from shared.contracts.envelope import Event
from shared.service import State
from shared.store import Database

Facts = dict[str, Any]
STATES: dict[type, str] = {
    budget.GrantReserved: "reserved",
    budget.GrantWaitlisted: "waiting",
    budget.GrantReleased: "released",
    budget.GrantAllocated: "allocated",
    budget.GrantDeclined: "declined",
    budget.GrantWithdrawn: "withdrawn",
    budget.GrantSettled: "settled",
    budget.ContributionAllocated: "allocated",
    budget.ContributionPaid: "paid",
    budget.ContributionWithdrawn: "withdrawn",
}


class Ledger:
    check, compares = "C3", "the ledger, recomputed after every posting"

    def __init__(self, database: Database) -> None: ...

    def hear(self, event: Event[Any]) -> None:
        """The ledger rests on what this service decided, not on events of others."""

    def judge(self, connection: Connection) -> list[str]:
        return [*map(str, queries.faults(connection)), *queries.below_nothing(connection)]


class OwnMoney:
    """Years, lines, grants, contributions, expenses, payments and the register, by the events of all time."""

    compares = "years, lines, grants, contributions, expenses, payments and the register with their events"

    def __init__(self) -> None:
        self._made: dict[str, Facts] = {}
        self._held: dict[tuple[int, str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))

    def take(self, event: Event[Any]) -> None:
        subject, data = event.subject, event.data
        match data:
            case budget.BudgetAdopted() | budget.BudgetAmended():
                self._budget(subject, data)
            case budget.BudgetClosed():
                self._of("year", subject)["closed"] = True
            case budget.OrganisationRegistered() | budget.OrganisationChanged():
                facts = self._of("organisation", subject)
                facts |= {"kind": data.kind, "kernen": data.kernen, "name": data.name}
                facts |= {"active_from": data.active_from, "active_until": data.active_until}
            case budget.OrganisationEnded():
                self._of("organisation", subject)["active_until"] = data.active_until
            case budget.GrantData():
                self._grant(subject, data)
            case budget.ContributionData():
                facts = self._of("contribution", subject, outcome="allocated")
                facts |= {"state": STATES[type(data)], "amount_cents": data.amount_cents}
            case ExpenseCommitted() | ExpenseAmended():
                self._of("expense", subject, paid_cents=0)["amount_cents"] = data.amount_cents
            case ExpensePaid():
                self._of("expense", subject)["paid_cents"] += data.amount_cents
        if isinstance(data, budget.GrantPaid | budget.ContributionPaid | ExpensePaid):
            self._of("payments of", subject, paid_cents=0)["paid_cents"] += data.amount_cents
        if change := CHANGES.get(data.TYPE):
            about = data.year, data.line, subject
            self._held[about] = change(*self._held[about], data.amount_cents)

    def expected(self) -> State:
        made = {of: dict(facts) for of, facts in self._made.items()}
        for (year, line, _), (reserved, promised) in self._held.items():
            facts = made.setdefault(f"line {line} {year}", {"reserved_cents": 0, "promised_cents": 0})
            facts["reserved_cents"] += reserved
            facts["promised_cents"] += promised
        return made

    def kept(self, connection: Connection) -> State:
        return _years(connection) | _promises(connection) | _register(connection)

    def _of(self, kind: str, subject: str, **begin: Any) -> Facts:
        return self._made.setdefault(f"{kind} {subject}", begin)

    def _budget(self, subject: str, data: budget.BudgetAdopted | budget.BudgetAmended) -> None:
        facts = self._of("year", subject, closed=False)
        facts |= {"year": data.year, "total_cents": data.total_cents}
        gained = 0
        for line in data.lines:
            facts = self._of("line", f"{line.line} {data.year}", reserved_cents=0, promised_cents=0)
            gained += line.amount_cents - facts.get("total_cents", 0)
            facts["total_cents"] = line.amount_cents
        # An event of a year that loses money to a later one is no amendment of its own.
        if isinstance(data, budget.BudgetAmended) and gained >= 0:
            self._of("amendments of", str(data.year), number=0)["number"] += 1

    def _grant(self, subject: str, data: budget.GrantData) -> None:
        facts = self._of(
            "grant", subject, allocated_cents=None, settled_cents=None, paid_cents=0, purpose=True
        )
        was_waiting = facts.get("state") == "waiting"
        facts["state"] = STATES.get(type(data), facts.get("state"))
        match data:
            case budget.GrantAllocated() | budget.GrantAmended():
                facts["allocated_cents"] = data.amount_cents
            case budget.GrantSettled():
                facts["settled_cents"] = data.amount_cents
            case budget.GrantPaid():
                facts["paid_cents"] += data.amount_cents
            case budget.GrantReturned(refunded=True):
                facts["paid_cents"] -= data.amount_cents
            case budget.GrantReleased() if was_waiting:
                del self._made[f"grant {subject}"]  # see `_promises`


def _years(connection: Connection) -> dict[str, Facts]:
    found: dict[str, Facts] = {}
    for row in connection.execute(select(years)):
        facts = {"year": row.year, "total_cents": row.total_cents, "closed": row.closed_on is not None}
        found[f"year {row.id}"] = facts
    for row in connection.execute(select(lines)):
        promised = row.committed_cents + row.paid_cents
        facts = {"reserved_cents": row.reserved_cents, "promised_cents": promised}
        found[f"line {row.line} {row.year}"] = facts | {"total_cents": row.total_cents}
    counted = select(amendments.c.year, func.count()).group_by(amendments.c.year)
    return found | {f"amendments of {year}": {"number": n} for year, n in connection.execute(counted)}


def _promises(connection: Connection) -> dict[str, Facts]:
    """No event is published of a refusal that is only proposed: what ended before anything else came of it,
    or while it waited, is left out on both sides."""
    g, c, o = grants.c, contributions.c, orders.c
    asked = select(grants, purposes.c.title).outerjoin(purposes, purposes.c.initiative_id == g.initiative_id)
    asked = asked.where(g.state != "refusal-proposed", (g.state != "released") | g.reason.is_(None))
    found = {
        f"grant {row.id}": row._asdict() | {"purpose": row.title is not None}
        for row in connection.execute(asked)
    }
    of_run = (run_outcomes.c.run_id == c.run_id) & (run_outcomes.c.organisation_id == c.organisation_id)
    given = select(c.id, c.amount_cents, c.state, run_outcomes.c.outcome)
    given = given.outerjoin(contribution_runs, contribution_runs.c.id == c.run_id)
    for row in connection.execute(
        given.outerjoin(run_outcomes, of_run & contribution_runs.c.id.is_not(None))
    ):
        state = "allocated" if row.state == "ordered" else row.state
        found[f"contribution {row.id}"] = row._asdict() | {"state": state}
    for row in connection.execute(select(expenses)):
        found[f"expense {row.id}"] = row._asdict()
    paid = select(o.subject, func.sum(o.amount_cents)).join(files, files.c.id == o.file_id)
    for subject, cents in connection.execute(paid.where(o.state == "paid").group_by(o.subject)):
        found[f"payments of {subject}"] = {"paid_cents": int(cents)}
    return found


def _register(connection: Connection) -> dict[str, Facts]:
    return {
        f"organisation {row.id}": row._asdict() | {"kernen": tuple(row.kernen)}
        for row in connection.execute(select(organisations))
    }


CHECKS = (Ledger,)
