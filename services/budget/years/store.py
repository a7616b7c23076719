# SPDX-License-Identifier: EUPL-1.2
"""Years and what was amended in them; the money itself is in the ledger."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, literal, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from services.budget.ledger.tables import AVAILABLE, lines, years
from services.budget.years.commands import AmendBudget
from services.budget.years.tables import amendments
from shared.contracts.budget import BudgetAdopted, Ceiling, LineAmount
from shared.contracts.commands import Act
from shared.contracts.envelope import Origin


def add_year(connection: Connection, year_id: str, data: BudgetAdopted, now: datetime) -> bool:
    """False if that year has its budget already; one statement, so that two adoptions cannot both pass."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(years).values(
        year=data.year,
        id=year_id,
        total_cents=data.total_cents,
        decision_reference=data.decision_reference,
        adopted_on=data.happened_on,
        origin=data.origin,
        recorded_at=now,
    )
    once = fresh.on_conflict_do_nothing(index_elements=[years.c.year]).returning(years.c.id)
    return connection.execute(once).first() is not None


def hold_years(connection: Connection) -> None:
    """Let nobody else adopt, amend or close until the transaction ends: a total over the years has no row to
    lock. Before any row of it, so that two never wait for each other. On SQLite there is one writer anyhow.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE budget_years IN SHARE ROW EXCLUSIVE MODE"))


def open_lines(connection: Connection, year: int, amounts: Sequence[LineAmount]) -> None:
    """Begin the lines of a year, without money."""
    nothing = {"total_cents": 0, "reserved_cents": 0, "committed_cents": 0, "paid_cents": 0}
    rows = [{"year": year, "line": a.line, "within_total": a.within_total, **nothing} for a in amounts]
    for row, amount in zip(rows, amounts, strict=True):
        row["ceiling_publication"] = amount.ceiling.publication if amount.ceiling else None
        row["distribution"] = amount.ceiling.distribution if amount.ceiling else None
    if rows:
        connection.execute(insert(lines), rows)


def over_years(connection: Connection, line: str, origin: Origin) -> int:
    """What all years together have of a line: those of the example, or all others."""
    wanted = select(func.coalesce(func.sum(lines.c.total_cents), 0)).where(lines.c.line == line)
    wanted = wanted.join_from(lines, years, years.c.year == lines.c.year)
    wanted = wanted.where((years.c.origin == "example") == literal(origin == "example"))
    return int(connection.execute(wanted).scalar_one())


def amounts(connection: Connection, of: int) -> tuple[LineAmount, ...]:
    """The lines of a year as they are now."""
    c = lines.c
    wanted = select(c.line, c.total_cents, c.within_total, c.ceiling_publication, c.distribution)
    return tuple(
        LineAmount(
            line=row.line,
            amount_cents=row.total_cents,
            within_total=row.within_total,
            ceiling=Ceiling(publication=row.ceiling_publication, distribution=row.distribution)
            if row.distribution
            else None,
        )
        for row in connection.execute(wanted.where(c.year == of).order_by(c.line))
    )


def change_total(connection: Connection, of: int, by_cents: int) -> None:
    connection.execute(
        update(years).where(years.c.year == of).values(total_cents=years.c.total_cents + by_cents)
    )


def add_amendment(
    connection: Connection, amendment_id: str, of: int, command: AmendBudget, act: Act, now: datetime
) -> None:
    fresh = insert(amendments).values(
        id=amendment_id,
        year=of,
        cause=command.cause,
        line=command.line,
        amount_cents=command.amount_cents,
        from_line=command.from_line,
        from_year=command.from_year,
        reason=command.reason,
        decision_reference=command.decision_reference,
        happened_on=act.happened_on,
        origin=act.origin,
        recorded_at=now,
    )
    connection.execute(fresh)


def close_lines(connection: Connection, of: int) -> None:
    """Nothing more is promised from them. What is left of each is noted: what comes back later is not
    carried over."""
    connection.execute(update(lines).where(lines.c.year == of).values(left_cents=AVAILABLE))


def close_year(connection: Connection, of: int, act: Act) -> dict[str, int]:
    """What was left of each line."""
    connection.execute(update(years).where(years.c.year == of).values(closed_on=act.happened_on))
    wanted = select(lines.c.line, lines.c.left_cents).where(lines.c.year == of).order_by(lines.c.line)
    return {row.line: row.left_cents for row in connection.execute(wanted)}


def take_left(connection: Connection, of: int, line: str, cents: int) -> bool:
    """Whether so much was left of a closed year's line, and not carried over before."""
    c = lines.c
    there = [c.year == of, c.line == line, c.left_cents >= cents]
    taken = update(lines).where(*there).values(left_cents=c.left_cents - cents)
    return connection.execute(taken).rowcount == 1


def left(connection: Connection, of: int, line: str) -> int:
    """What of a closed year's line may still be carried over."""
    wanted = select(lines.c.left_cents).where(lines.c.year == of, lines.c.line == line)
    return connection.execute(wanted).scalar() or 0
