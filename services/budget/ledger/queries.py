# SPDX-License-Identifier: EUPL-1.2
"""Proof that the books are right: every stored balance is the sum of the postings, and nothing is over."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select

from services.budget.ledger.model import Amounts, Balance, Fault, balance_of
from services.budget.ledger.tables import kern_holds, lines, postings

Place = tuple[int, str]  # year, line
KernPlace = tuple[int, str, str]  # year, line, kern


def stored(connection: Connection) -> dict[Place, Balance]:
    c = lines.c
    rows = select(c.year, c.line, c.total_cents, c.reserved_cents, c.committed_cents, c.paid_cents)
    return {(year, line): Balance(*cents) for year, line, *cents in connection.execute(rows)}


def recomputed(connection: Connection) -> dict[Place, Balance]:
    c = postings.c
    sums = select(c.year, c.line, c.credit, c.debit, func.sum(c.amount_cents))
    found: dict[Place, list[Amounts]] = defaultdict(list)
    for year, line, credit, debit, cents in connection.execute(
        sums.group_by(c.year, c.line, c.credit, c.debit)
    ):
        found[year, line].append((credit, debit, int(cents)))
    return {place: balance_of(amounts) for place, amounts in found.items()}


def held_by_kern(connection: Connection) -> dict[KernPlace, int]:
    c = kern_holds.c
    rows = connection.execute(select(c.year, c.line, c.kern, c.held_cents))
    return {(year, line, kern): cents for year, line, kern, cents in rows}


def recomputed_by_kern(connection: Connection) -> dict[KernPlace, int]:
    c = postings.c
    sums = select(c.year, c.line, c.kern, c.credit, c.debit, func.sum(c.amount_cents))
    held: dict[KernPlace, int] = defaultdict(int)
    for year, line, kern, credit, debit, cents in connection.execute(
        sums.where(c.kern.is_not(None)).group_by(c.year, c.line, c.kern, c.credit, c.debit)
    ):
        held[year, line, kern] += int(cents) * ((credit == "available") - (debit == "available"))
    return dict(held)


def faults(connection: Connection) -> Iterator[Fault]:
    """What the stored balances say and the postings do not, or the other way round. That none is below
    nothing the store itself sees to.
    """
    kept, summed = stored(connection), recomputed(connection)
    for year, line in sorted(kept.keys() | summed.keys()):
        balance, sums = (vars(found.get((year, line), Balance())) for found in (kept, summed))
        for account, cents in balance.items():
            yield from _fault(year, line, None, account, cents, sums[account])
    held, postings_hold = held_by_kern(connection), recomputed_by_kern(connection)
    for at in sorted(held.keys() | postings_hold.keys()):
        yield from _fault(*at, "held", held.get(at, 0), postings_hold.get(at, 0))


def _fault(
    year: int, line: str, kern: str | None, account: Any, stored_cents: int, postings_cents: int
) -> Iterator[Fault]:
    if stored_cents != postings_cents:
        yield Fault(
            year=year,
            line=line,
            kern=kern,
            account=account,
            stored_cents=stored_cents,
            postings_cents=postings_cents,
        )


def below_nothing(connection: Connection) -> list[str]:
    """Where, at some moment, an account of a line or a kern held less than nothing; empty when right.

    In the order of the postings' ids, which the row lock of the line keeps in the order of their effect.
    """
    c, found = postings.c, []
    accounts: dict[Place, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    held: dict[KernPlace, int] = defaultdict(int)
    rows = select(c.id, c.year, c.line, c.kern, c.credit, c.debit, c.amount_cents).order_by(c.id)
    for row in connection.execute(rows, execution_options={"yield_per": 1000}):
        of = accounts[row.year, row.line]
        of[row.credit] -= row.amount_cents
        of[row.debit] += row.amount_cents
        if row.credit != "council" and of[row.credit] < 0:
            found.append(f"posting {row.id}: {row.line} {row.year} has {of[row.credit]} cents {row.credit}")
        if row.kern is not None:
            taken = (row.credit == "available") - (row.debit == "available")
            held[row.year, row.line, row.kern] += taken * row.amount_cents
            if held[row.year, row.line, row.kern] < 0:
                found.append(f"posting {row.id}: {row.kern} holds less than nothing of {row.line} {row.year}")
    return found
