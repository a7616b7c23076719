# SPDX-License-Identifier: EUPL-1.2
"""The ledger as it is kept: money that is taken, moved, and nowhere taken twice.

The guard is the condition in the UPDATE itself: reading a balance and then writing it lets two decisions
spend the same euro (PostgreSQL's READ COMMITTED and REPEATABLE READ both allow it). Locks are taken in one
order: the line, the grant, the kern.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Row,
    UpdateBase,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from services.budget.ledger.model import (
    Account,
    Booking,
    Move,
    Shortfall,
    Year,
    is_same_world,
    threshold_reached,
    thresholds_reached,
)
from services.budget.ledger.tables import AVAILABLE, kern_holds, lines, postings, years
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Refused
from shared.messaging.transaction import Transaction

ACCOUNTS = {
    "reserved": lines.c.reserved_cents,
    "committed": lines.c.committed_cents,
    "paid": lines.c.paid_cents,
}
CENTS = bindparam("cents", type_=BigInteger)
MOST = 2**62  # no maximum: more than all the money that fits
A_POSTING = insert(postings)
A_LINE = (
    select(lines.c.left_cents, lines.c.ceiling_publication, years.c.origin)
    .join(years, years.c.year == lines.c.year)
    .where(lines.c.year == bindparam("of_year"), lines.c.line == bindparam("of_line"))
)
A_LOCKED_LINE = A_LINE.with_for_update(of=lines)
# Years of the example for what is of the example, and all others for what is not.
SAME_WORLD = select(years.c.year).where((years.c.origin == "example") == bindparam("invented", type_=Boolean))
SEEN = (lines.c.total_cents, AVAILABLE.label("available_cents"), lines.c.told_percent)
AVAILABLE_IN_YEAR = select(lines.c.line, AVAILABLE).where(lines.c.year == bindparam("of_year"))


class OutOfBalance(Exception):
    """A move that must succeed found no money: the books contradict a decision. Nothing is written."""


def year(connection: Connection, of: int) -> Year:
    """Locked until the transaction ends. Refused if it is not adopted."""
    c = years.c
    wanted = select(c.year, c.id, c.total_cents, c.adopted_on, c.closed_on, c.origin).where(c.year == of)
    row = connection.execute(wanted.with_for_update()).first()
    if row is None:
        detail = f"The budget of {of} is not adopted; record it first."
        raise Refused("not-adopted", detail, ("budget-years",))
    return Year(*row)


def is_closed(connection: Connection, year: int, line: str) -> bool:
    """Whether nothing more is promised from it."""
    found = connection.execute(A_LINE, {"of_year": year, "of_line": line}).first()
    return found is not None and found.left_cents is not None


def ceiling(connection: Connection, year: int, line: str) -> str | None:
    """Where it was published that the line is a legal ceiling; None if it is none."""
    found = connection.execute(A_LINE, {"of_year": year, "of_line": line}).first()
    return found.ceiling_publication if found else None


def lock(connection: Connection, year: int, of: Iterable[str]) -> None:
    """Keep what these lines have left as it is, until the transaction ends."""
    for line in sorted(of):
        connection.execute(A_LOCKED_LINE, {"of_year": year, "of_line": line})


def available(connection: Connection, year: int) -> dict[str, int]:
    """What each line of the year has left."""
    return {row[0]: row[1] for row in connection.execute(AVAILABLE_IN_YEAR, {"of_year": year})}


def take(tx: Transaction, booking: Booking, move: Move, kern_maximum: int | None = None) -> Shortfall | None:
    """Move the money if it is there and, given a maximum, if the kern stays within it; else say why not."""
    connection = tx.connection
    shifted = _shift(connection, booking, move)
    if shifted is None:
        return _why_not(connection, booking)
    if not _count_at_kern(connection, booking, move, kern_maximum):
        _shift(connection, booking, replace(move, credit=move.debit, debit=move.credit))
        return "above-kern-maximum"
    # After the balance: the line's row lock keeps the ids of its postings in the order of their effect.
    connection.execute(A_POSTING, _posting(tx, booking, move))
    _announce(tx, booking, shifted)
    return None


def post(tx: Transaction, booking: Booking, moves: Sequence[Move]) -> None:
    """Move money that a decision knows to be there."""
    for move in moves:
        if short := take(tx, booking, move):
            raise OutOfBalance(
                f"{move.operation} of {booking.subject} on {booking.line} {booking.year}: {short}"
            )


def _why_not(connection: Connection, booking: Booking) -> Shortfall:
    """Asked afterwards only: mostly the money is there, and nobody needs to know."""
    found = connection.execute(A_LINE, {"of_year": booking.year, "of_line": booking.line}).first()
    if found is None or not is_same_world(booking.act.origin, found.origin):
        return "no-budget"
    return "no-room" if found.left_cents is None else "year-closed"


def _posting(tx: Transaction, booking: Booking, move: Move) -> dict[str, object]:
    """The cause is the event `causation_id`, or else the command of `correlation_id`."""
    return {
        "subject": booking.subject,
        "year": booking.year,
        "line": booking.line,
        "kern": booking.kern,
        "operation": move.operation,
        "credit": move.credit,
        "debit": move.debit,
        "amount_cents": move.amount_cents,
        "role": booking.act.actor,
        "reason": booking.reason,
        "origin": booking.act.origin,
        "correlation_id": tx.cause.correlation_id,
        "causation_id": tx.cause.causation_id,
        "happened_on": booking.act.happened_on,
        "recorded_at": tx.now,
    }


def _shift(connection: Connection, booking: Booking, move: Move) -> Row[int, int, int] | None:
    """Change the balances of the line in one conditional statement; None if the money is not there."""
    values = {
        "of_year": booking.year,
        "of_line": booking.line,
        "cents": move.amount_cents,
        "invented": booking.act.origin == "example",
    }
    return connection.execute(_shifting(move.credit, move.debit), values).first()


@cache
def _shifting(credit: Account, debit: Account) -> UpdateBase:
    """Built once for each pair of accounts: building it costs more than running it."""
    changes: dict[ColumnElement[int], ColumnElement[int]] = {}
    there = [lines.c.year == bindparam("of_year"), lines.c.line == bindparam("of_line")]
    there.append(lines.c.year.in_(SAME_WORLD))
    if credit == "available":
        there.append(AVAILABLE >= CENTS)
        if debit != "council":
            there.append(lines.c.left_cents.is_(None))  # nothing more is promised from a closed year
    elif credit == "council":
        changes[lines.c.total_cents] = lines.c.total_cents + CENTS
    else:
        changes[ACCOUNTS[credit]] = ACCOUNTS[credit] - CENTS
        there.append(ACCOUNTS[credit] >= CENTS)
    if debit == "council":
        changes[lines.c.total_cents] = lines.c.total_cents - CENTS
    elif debit != "available":
        changes[ACCOUNTS[debit]] = ACCOUNTS[debit] + CENTS
    return update(lines).where(*there).values(changes).returning(*SEEN)


def _announce(tx: Transaction, booking: Booking, line: Row[int, int, int]) -> None:
    """Publish the thresholds that this move reached, each once. `line` holds what SEEN names, after the move;
    its row is locked, so that nobody publishes one beside us. It is done here, whatever moves the money: a
    grant, a contribution, an expense, an amendment. No handler can forget it.
    """
    total, available, announced = line
    used = total - available
    reached = thresholds_reached(tx.municipality.threshold_percents, announced, total, used)
    if not reached:
        return
    here = [lines.c.year == booking.year, lines.c.line == booking.line]
    tx.connection.execute(update(lines).where(*here).values(told_percent=reached[-1]))
    year_id = tx.connection.execute(select(years.c.id).where(years.c.year == booking.year)).scalar_one()
    tx.record([NewEvent(year_id, threshold_reached(booking, percent, total, used)) for percent in reached])


def _count_at_kern(connection: Connection, booking: Booking, move: Move, maximum: int | None) -> bool:
    """Keep the kern's counter in step with what left or came back to `available`."""
    if booking.kern is None or "available" not in (move.credit, move.debit):
        return True
    values = {
        "of_year": booking.year,
        "of_line": booking.line,
        "of_kern": booking.kern,
        "cents": move.amount_cents,
    }
    if move.debit == "available":
        return connection.execute(LESS_AT_KERN, values).rowcount == 1
    if maximum is None:
        maximum = MOST
    if move.amount_cents > maximum:
        return False  # the first of a kern has no row yet that could refuse it
    more = MORE_AT_KERN[connection.dialect.name]
    return connection.execute(more, {**values, "most": maximum}).first() is not None


def _more_at_kern(dialect: Any) -> Any:
    held = kern_holds.c.held_cents
    here: dict[str, Any] = {name: bindparam(f"of_{name}") for name in ("year", "line", "kern")}
    fresh = dialect.insert(kern_holds).values(**here, held_cents=CENTS)
    counted = fresh.on_conflict_do_update(
        index_elements=list(here), set_={"held_cents": held + CENTS}, where=held + CENTS <= bindparam("most")
    )
    return counted.returning(held)


MORE_AT_KERN = {"postgresql": _more_at_kern(postgresql), "sqlite": _more_at_kern(sqlite)}
LESS_AT_KERN = (
    update(kern_holds)
    .where(
        kern_holds.c.year == bindparam("of_year"),
        kern_holds.c.line == bindparam("of_line"),
        kern_holds.c.kern == bindparam("of_kern"),
        kern_holds.c.held_cents >= CENTS,
    )
    .values(held_cents=kern_holds.c.held_cents - CENTS)
)
