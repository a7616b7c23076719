# SPDX-License-Identifier: EUPL-1.2
"""Ledger = events = overview: three accounts of a year's money held against each other, for a controller."""

import json
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field
from sqlalchemy import Connection, select

from services.budget import audit
from services.budget.statements.told import Sums, Told, sums_of
from services.budget.years.queries import budget_year
from shared.contracts.analytics import MoneyAnswer, MoneyQuestion
from shared.contracts.envelope import TYPE_PREFIX, Data
from shared.http.endpoint import Endpoint
from shared.messaging.outbox import outbox
from shared.messaging.requests import NoAnswer

READ_AT_ONCE = 1_000
Ask = Callable[[str, MoneyQuestion, type[MoneyAnswer]], Awaitable[MoneyAnswer]]  # raises NoAnswer


class SumsView(Data):
    """Cents; promised is what was promised and did not come back, paid or not."""

    total_cents: int
    reserved_cents: int
    promised_cents: int


class LineCheck(Data):
    """One line, told three times; `overview` is null if it could not be asked."""

    line: str
    ledger: SumsView
    events: SumsView
    overview: SumsView | None
    agrees: bool


class Reconciliation(Data):
    """`agrees` is only true if the ledger is the sum of its postings, and all three say the same."""

    year: int
    lines: tuple[LineCheck, ...]
    faults: tuple[audit.Fault, ...] = Field(description="Where the ledger is not the sum of its postings")
    overview_answered: bool = Field(description="False if the overview could not be asked; ask again")
    overview_as_of: datetime | None
    agrees: bool

    @property
    def differences(self) -> int:
        return len(self.faults) + sum(not line.agrees for line in self.lines)


@dataclass(frozen=True)
class Own:
    """What this service itself says of a year, by line; and where its ledger is not what postings make."""

    ledger: dict[str, Sums]
    events: dict[str, Sums]
    faults: tuple[audit.Fault, ...]


async def of_year(http: Endpoint, year: int) -> Reconciliation:
    def load(connection: Connection) -> Own:
        budget_year(connection, year)
        return accounts(connection, [year])[year]

    return await compared(year, await http.load(load), http.ask)


def accounts(connection: Connection, years: Collection[int]) -> dict[int, Own]:
    """Of these years, in one pass over the events."""
    stored, faults = audit.stored(connection), list(audit.faults(connection))
    events = sums_of(years, _told(connection))
    return {
        year: Own(
            ledger={
                line: Sums(balance.total, balance.reserved, balance.committed + balance.paid)
                for (of, line), balance in stored.items()
                if of == year
            },
            events=events[year],
            faults=tuple(fault for fault in faults if fault.year == year),
        )
        for year in years
    }


async def compared(year: int, own: Own, ask: Ask) -> Reconciliation:
    """The overview is asked last: what it does not know yet, it does a moment later."""
    try:
        answer = await ask("analytics.money", MoneyQuestion(year=year), MoneyAnswer)
    except NoAnswer:
        answer = None
    return _compared(year, own, answer)


def _told(connection: Connection) -> Iterator[Told]:
    """Everything this service ever said, in the order of saying; not held in memory."""
    wanted = select(outbox.c.subject, outbox.c.payload).order_by(outbox.c.id)
    for row in connection.execution_options(yield_per=READ_AT_ONCE).execute(wanted):
        event = json.loads(row.payload)
        yield row.subject, event["type"].removeprefix(TYPE_PREFIX), event["data"]


def _compared(year: int, own: Own, answer: MoneyAnswer | None) -> Reconciliation:
    shown = {
        line.line: Sums(line.budget_cents, line.reserved_cents, line.committed_cents)
        for line in (answer.lines if answer else ())
    }
    lines = []
    for line in sorted(own.ledger.keys() | own.events.keys() | shown.keys()):
        # A line without any money is in no figure of the overview.
        kept, said, seen = (sums.get(line, Sums()) for sums in (own.ledger, own.events, shown))
        check = LineCheck(
            line=line,
            ledger=_view(kept),
            events=_view(said),
            overview=_view(seen) if answer else None,
            agrees=kept == said and (answer is None or said == seen),
        )
        lines.append(check)
    return Reconciliation(
        year=year,
        lines=tuple(lines),
        faults=own.faults,
        overview_answered=answer is not None,
        overview_as_of=answer.as_of if answer else None,
        agrees=answer is not None and not own.faults and all(line.agrees for line in lines),
    )


def _view(sums: Sums) -> SumsView:
    return SumsView(total_cents=sums.total, reserved_cents=sums.reserved, promised_cents=sums.promised)
