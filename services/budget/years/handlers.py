# SPDX-License-Identifier: EUPL-1.2
"""What this service does for each message about a year: load, decide, save."""

from collections.abc import Sequence
from dataclasses import replace

from services.budget.contributions.store import is_running
from services.budget.grants import promised, waiting
from services.budget.grants import store as grants
from services.budget.ledger import store as ledger
from services.budget.ledger.model import Booking, Move, Operation, require_same_world, within_world
from services.budget.years import model, store
from services.budget.years.commands import AdoptBudget, AmendBudget, CloseBudget
from shared.access.rules import may
from shared.contracts.budget import LineAmount
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Findings, Refused
from shared.messaging.transaction import Transaction


@may("budget-holder")
def adopt(year_id: str, command: AdoptBudget, tx: Transaction) -> Sequence[NewEvent]:
    """Record what the council adopted, and give every line its money."""
    findings = Findings()
    act = tx.act(command, "budget-holder", findings)
    data = model.adoption(command, act, tx.municipality, findings)
    findings.settle()
    store.hold_years(tx.connection)
    if not store.add_year(tx.connection, year_id, data, tx.now):
        raise Refused(
            "already-adopted", f"The budget of {data.year} is adopted already, and is so only once."
        )
    store.open_lines(tx.connection, data.year, data.lines)
    for line in data.lines:
        _give(Booking(year_id, data.year, line.line, None, act), line.amount_cents, "adopt", tx)
    served = [e for line in data.lines for e in waiting.serve(tx, data.year, line.line, act.happened_on)]
    return [NewEvent(year_id, data), *served]


@may("budget-holder")
def amend(amendment_id: str, of: int, command: AmendBudget, tx: Transaction) -> Sequence[NewEvent]:
    """Bring money to a line: from another one, from the council, or from a year that is closed."""
    findings = Findings()
    act = tx.act(command, "budget-holder", findings)
    model.check_amendment(command, of, tx.municipality, findings)
    findings.settle()
    store.hold_years(tx.connection)
    year = ledger.year(tx.connection, of)
    year.require_open()
    require_same_world(act, year.origin)
    booking = Booking(amendment_id, of, command.line, None, act, command.cause)
    within = _opened(of, command.line, tx)
    events = []
    if command.cause == "moved":
        _take_from_line(booking, within, command, tx)
    elif command.cause == "carried-over":
        events.append(_take_from_year(booking, within, command, tx))
    _give(booking, command.amount_cents, "amend", tx)
    if within and command.cause != "moved":
        store.change_total(tx.connection, of, command.amount_cents)
    store.add_amendment(tx.connection, amendment_id, of, command, act, tx.now)
    events.append(_amended(of, command, act, tx))
    return [*events, *waiting.serve(tx, of, command.line, act.happened_on)]


@may("controller")
def close(of: int, command: CloseBudget, tx: Transaction) -> Sequence[NewEvent]:
    """Nothing more is promised from this year: what is reserved lapses, what is promised stays payable."""
    findings = Findings()
    act = tx.act(command, "budget-holder", findings)
    model.check_closing(of, act, findings)
    findings.settle()
    store.hold_years(tx.connection)
    year = ledger.year(tx.connection, of)
    year.require_open()
    require_same_world(act, year.origin)
    if is_running(tx.connection, of):
        raise Refused("run-unfinished", f"A contribution run of {of} is not finished; try again in a minute.")
    lapsed = _lapse(of, act, tx)
    left = store.close_year(tx.connection, of, act)
    return [*lapsed, NewEvent(year.id, model.closed(year, left, act))]


def _lapse(of: int, act: Act, tx: Transaction) -> list[NewEvent]:
    """What is reserved or waits ends, and every line is closed to new promises. What was proposed to be
    refused stays: only an official refuses, also after the year.

    The lines are locked first: nobody asks, decides or is served of this year meanwhile.
    """
    ledger.lock(tx.connection, of, list(ledger.available(tx.connection, of)))
    events: list[NewEvent] = []
    for grant in grants.undecided(tx.connection, of):
        own = within_world(replace(act, happened_on=max(act.happened_on, grant.since)), grant.origin)
        if change := promised.take_back(grant, own):
            events += grants.carry_out(tx, change, own)
    store.close_lines(tx.connection, of)
    return events


def _give(booking: Booking, cents: int, operation: Operation, tx: Transaction) -> None:
    """Money of the council; of what is given once over the years never more than there is."""
    adopted = store.over_years(tx.connection, booking.line, booking.act.origin)
    model.require_within_pot(booking.line, adopted, cents, tx.municipality)
    if cents:
        ledger.post(tx, booking, [Move(operation, "council", "available", cents)])


def _opened(of: int, line: str, tx: Transaction) -> bool:
    """Whether the line is within the yearly total; the council may give money to a line that is new."""
    known = {each.line: each.within_total for each in store.amounts(tx.connection, of)}
    if line not in known:
        rules = tx.municipality.line(line)
        within = rules is None or rules.within_total
        fresh = LineAmount(line=line, amount_cents=0, within_total=within)
        store.open_lines(tx.connection, of, [fresh])
        return within
    return known[line]


def _take_from_line(booking: Booking, within: bool, command: AmendBudget, tx: Transaction) -> None:
    """Never what is reserved, promised or paid."""
    source = command.from_line or ""
    known = {each.line: each.within_total for each in store.amounts(tx.connection, booking.year)}
    if known.get(source) != within:
        detail = f"{source} is not a line of {booking.year} from which money can be moved to {booking.line}."
        raise Refused("no-such-line", detail)
    ledger.lock(tx.connection, booking.year, [source, booking.line])
    move = Move("amend", "available", "council", command.amount_cents)
    if ledger.take(tx, replace(booking, line=source), move):
        free = ledger.available(tx.connection, booking.year)[source]
        detail = f"Of {source} {free} cents are neither reserved nor promised; move at most those."
        raise Refused("below-committed", detail)


def _take_from_year(booking: Booking, within: bool, command: AmendBudget, tx: Transaction) -> NewEvent:
    """What was left when that year was closed; what came back since stays there."""
    source, cents = command.from_year or 0, command.amount_cents
    year = ledger.year(tx.connection, source)
    require_same_world(booking.act, year.origin)
    if year.closed_on is None:
        raise Refused("year-open", f"{source} is still open; close it first.", ("closings",))
    if not store.take_left(tx.connection, source, booking.line, cents):
        left = store.left(tx.connection, source, booking.line)
        detail = f"Of {booking.line} {left} cents were left in {source}; carry over at most those."
        raise Refused("above-left", detail)
    move = Move("amend", "available", "council", cents)
    ledger.post(tx, replace(booking, year=source), [move])
    if within:
        store.change_total(tx.connection, source, -cents)
    return _amended(source, command, booking.act, tx)


def _amended(of: int, command: AmendBudget, act: Act, tx: Transaction) -> NewEvent:
    year = ledger.year(tx.connection, of)
    lines = store.amounts(tx.connection, of)
    return NewEvent(year.id, model.amended(year, lines, command.cause, command.decision_reference, act))
