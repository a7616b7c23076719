# SPDX-License-Identifier: EUPL-1.2
"""Ledger = events = overview: three accounts of a year's money held against each other, for a controller."""

from dataclasses import dataclass

from services.budget.ledger.model import Fault
from services.budget.statements.event_sums import Sums
from services.budget.statements.views import LineCheck, Outcome, Reconciliation, SumsView
from shared.contracts.analytics import MoneyAnswer


@dataclass(frozen=True)
class OwnAccounts:
    """What this service itself has of a year, by line; and where its ledger is not what its postings make."""

    ledger: dict[str, Sums]
    events: dict[str, Sums]
    faults: tuple[Fault, ...]


def compare(year: int, own: OwnAccounts, answer: MoneyAnswer | None) -> Reconciliation:
    """The overview is without an answer if it could not be asked."""
    shown = {
        line.line: Sums(line.budget_cents, line.reserved_cents, line.committed_cents)
        for line in (answer.lines if answer else ())
    }
    lines = []
    for line in sorted(own.ledger.keys() | own.events.keys() | shown.keys()):
        # A line without any money is nowhere in the overview.
        kept, published, seen = (sums.get(line, Sums()) for sums in (own.ledger, own.events, shown))
        check = LineCheck(
            line=line,
            ledger=_view(kept),
            events=_view(published),
            overview=_view(seen) if answer else None,
            agrees=kept == published and (answer is None or published == seen),
        )
        lines.append(check)
    outcome: Outcome = "agrees" if answer else "not-answered"
    if own.faults or not all(line.agrees for line in lines):
        outcome = "differs"
    return Reconciliation(
        year=year,
        lines=tuple(lines),
        faults=own.faults,
        overview_answered=answer is not None,
        overview_as_of=answer.as_of if answer else None,
        outcome=outcome,
        agrees=outcome == "agrees",
    )


def _view(sums: Sums) -> SumsView:
    return SumsView(total_cents=sums.total, reserved_cents=sums.reserved, promised_cents=sums.promised)
