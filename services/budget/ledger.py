# SPDX-License-Identifier: EUPL-1.2
"""The ledger: append-only double entry in integer cents, and the guard that no line is ever overspent.

Every line of a year has four accounts that share its total: what is available, reserved (held for a
decision), committed (promised, not yet paid) and paid. Paid money is no longer committed. A fifth, council,
is where a line's money comes from. A posting moves one amount from an account (credit) to another (debit),
so debits equal credits by construction; the stored balances are the sums of the postings.

The guard is the condition in the UPDATE itself: reading a balance and then writing it lets two decisions
spend the same euro (PostgreSQL's READ COMMITTED and REPEATABLE READ both allow it). Locks are taken in one
order: the line, the grant, the kern.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
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

from services.budget import thresholds
from services.budget.model import Account, Act, Move
from services.budget.tables import AVAILABLE, kern_holds, lines, postings
from shared.contracts.budget import LineAmount
from shared.messaging.transaction import Transaction

Shortfall = Literal["no-room", "above-kern-maximum", "year-closed", "no-budget"]
ACCOUNTS = {
    "reserved": lines.c.reserved_cents,
    "committed": lines.c.committed_cents,
    "paid": lines.c.paid_cents,
}
CENTS = bindparam("cents", type_=BigInteger)
MOST = 2**62  # no maximum: more than all the money that fits
A_POSTING = insert(postings)
A_LINE = select(lines.c.left_cents, lines.c.ceiling_publication).where(
    lines.c.year == bindparam("of_year"), lines.c.line == bindparam("of_line")
)
A_LOCKED_LINE = A_LINE.with_for_update()
AVAILABLE_IN_YEAR = select(lines.c.line, AVAILABLE).where(lines.c.year == bindparam("of_year"))


class OutOfBalance(Exception):
    """A move that must succeed found no money: the books contradict a decision. Nothing is written."""


@dataclass(frozen=True)
class Entry:
    """What money moves for, on which line. `subject` is the year, grant or contribution it is about."""

    subject: str
    year: int
    line: str
    kern: str | None
    act: Act
    reason: str | None = None


def open_lines(connection: Connection, year: int, amounts: Sequence[LineAmount]) -> None:
    """Begin the lines of a year, without money."""
    nothing = {"total_cents": 0, "reserved_cents": 0, "committed_cents": 0, "paid_cents": 0}
    rows = [{"year": year, "line": a.line, "within_total": a.within_total, **nothing} for a in amounts]
    for row, amount in zip(rows, amounts, strict=True):
        row["ceiling_publication"] = amount.ceiling.publication if amount.ceiling else None
        row["distribution"] = amount.ceiling.distribution if amount.ceiling else None
    if rows:
        connection.execute(insert(lines), rows)


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


def take(tx: Transaction, entry: Entry, move: Move, kern_maximum: int | None = None) -> Shortfall | None:
    """Move the money if it is there and, given a maximum, if the kern stays within it; else say why not."""
    connection = tx.connection
    shifted = _shift(connection, entry, move)
    if shifted is None:
        return _why_not(connection, entry)
    if not _count_at_kern(connection, entry, move, kern_maximum):
        _shift(connection, entry, replace(move, credit=move.debit, debit=move.credit))
        return "above-kern-maximum"
    # After the balance: the line's row lock keeps the ids of its postings in the order of their effect.
    connection.execute(A_POSTING, _posting(tx, entry, move))
    thresholds.tell(tx, entry, shifted)
    return None


def post(tx: Transaction, entry: Entry, moves: Sequence[Move]) -> None:
    """Move money that a decision knows to be there."""
    for move in moves:
        if short := take(tx, entry, move):
            raise OutOfBalance(f"{move.operation} of {entry.subject} on {entry.line} {entry.year}: {short}")


def _why_not(connection: Connection, entry: Entry) -> Shortfall:
    """Asked afterwards only: mostly the money is there, and nobody needs to know."""
    found = connection.execute(A_LINE, {"of_year": entry.year, "of_line": entry.line}).first()
    if found is None:
        return "no-budget"
    return "no-room" if found.left_cents is None else "year-closed"


def _posting(tx: Transaction, entry: Entry, move: Move) -> dict[str, object]:
    """The cause is the event `causation_id`, or else the command of `correlation_id`."""
    return {
        "subject": entry.subject,
        "year": entry.year,
        "line": entry.line,
        "kern": entry.kern,
        "operation": move.operation,
        "credit": move.credit,
        "debit": move.debit,
        "amount_cents": move.amount_cents,
        "role": entry.act.actor,
        "reason": entry.reason,
        "origin": entry.act.origin,
        "correlation_id": tx.cause.correlation_id,
        "causation_id": tx.cause.causation_id,
        "happened_on": entry.act.happened_on,
        "recorded_at": tx.now,
    }


def _shift(connection: Connection, entry: Entry, move: Move) -> Row[int, int, int] | None:
    """Change the balances of the line in one conditional statement; None if the money is not there."""
    values = {"of_year": entry.year, "of_line": entry.line, "cents": move.amount_cents}
    return connection.execute(_shifting(move.credit, move.debit), values).first()


@cache
def _shifting(credit: Account, debit: Account) -> UpdateBase:
    """Built once for each pair of accounts: building it costs more than running it."""
    changes: dict[ColumnElement[int], ColumnElement[int]] = {}
    there = [lines.c.year == bindparam("of_year"), lines.c.line == bindparam("of_line")]
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
    return update(lines).where(*there).values(changes).returning(*thresholds.SEEN)


def _count_at_kern(connection: Connection, entry: Entry, move: Move, maximum: int | None) -> bool:
    """Keep the kern's counter in step with what left or came back to `available`."""
    if entry.kern is None or "available" not in (move.credit, move.debit):
        return True
    values = {"of_year": entry.year, "of_line": entry.line, "of_kern": entry.kern, "cents": move.amount_cents}
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
