# SPDX-License-Identifier: EUPL-1.2
"""Years, their lines, and the postings that explain them."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, select

from services.budget.ledger.model import balance_of
from services.budget.ledger.tables import AVAILABLE, lines, postings, years
from services.budget.years.tables import amendments
from services.budget.years.views import (
    AmendmentView,
    BudgetYearView,
    LineBalanceView,
    LineView,
    PostingView,
)
from shared.contracts.budget import Ceiling
from shared.contracts.refusals import NotFound
from shared.http.paging import Page, Paging, page_of


def budget_year(connection: Connection, year: int) -> BudgetYearView:
    found = _years(connection, select(years).where(years.c.year == year))
    if not found:
        raise NotFound(f"No budget of {year} has been adopted.")
    return found[0]


def budget_years(connection: Connection, paging: Paging) -> Page[BudgetYearView]:
    rows = select(years).where(years.c.year > paging.number()).order_by(years.c.year).limit(paging.limit + 1)
    return page_of(_years(connection, rows), paging, key=lambda view: str(view.year))


def every_year(connection: Connection) -> list[BudgetYearView]:
    """Oldest first."""
    return _years(connection, select(years).order_by(years.c.year))


def unclosed(connection: Connection, today: date, weeks: int) -> int:
    """How many years ended more than so many weeks ago and are open, but for those of the example."""
    c, over = years.c, (today - timedelta(weeks=weeks)).year
    wanted = select(func.count()).where(c.closed_on.is_(None), c.year < over, c.origin != "example")
    return connection.execute(wanted).scalar_one()


def own_years(connection: Connection) -> list[int]:
    """All but those of the example."""
    return list(connection.execute(select(years.c.year).where(years.c.origin != "example")).scalars())


def _years(connection: Connection, wanted: Select[Any]) -> list[BudgetYearView]:
    found = connection.execute(wanted).mappings().all()
    c = lines.c
    of_these = select(lines, AVAILABLE.label("available_cents")).where(c.year.in_([y["year"] for y in found]))
    budget: dict[int, list[LineView]] = {}
    for row in connection.execute(of_these.order_by(c.line)).mappings():
        view = LineView.model_validate({**row, "ceiling": _ceiling(row)})
        budget.setdefault(row["year"], []).append(view)
    return [BudgetYearView(**year, lines=tuple(budget.get(year["year"], ()))) for year in found]


def _ceiling(row: RowMapping) -> Ceiling | None:
    if row["distribution"] is None:
        return None
    return Ceiling(publication=row["ceiling_publication"], distribution=row["distribution"])


def line_balance(
    connection: Connection, year: int, line: str, as_of: date | None, root: str
) -> LineBalanceView:
    """A line as its postings made it up to a day: the date in the world, not that of recording.

    `root` is what the path to them begins with.
    """
    found = _line(connection, year, line)
    c = postings.c
    sums = select(c.credit, c.debit, func.sum(c.amount_cents)).where(*_postings_of(year, line, as_of))
    moved = connection.execute(sums.group_by(c.credit, c.debit))
    balance = balance_of((credit, debit, int(cents)) for credit, debit, cents in moved)
    query = f"?{urlencode({'until': as_of.isoformat()})}" if as_of else ""
    return LineBalanceView(
        year=year,
        line=line,
        as_of=as_of,
        within_total=found["within_total"],
        ceiling=_ceiling(found),
        total_cents=balance.total,
        reserved_cents=balance.reserved,
        committed_cents=balance.committed,
        paid_cents=balance.paid,
        available_cents=balance.available,
        postings=f"{root}/v1/budget-years/{year}/lines/{line}/postings{query}",
    )


def line_postings(
    connection: Connection, year: int, line: str, until: date | None, paging: Paging
) -> Page[PostingView]:
    _line(connection, year, line)
    c = postings.c
    rows = select(postings).where(*_postings_of(year, line, until), c.id > paging.number())
    found = connection.execute(rows.order_by(c.id).limit(paging.limit + 1)).mappings()
    views = [PostingView.model_validate(dict(row)) for row in found]
    return page_of(views, paging, key=lambda view: str(view.id))


def _postings_of(year: int, line: str, until: date | None) -> list[ColumnElement[bool]]:
    c = postings.c
    of = [c.year == year, c.line == line]
    return [*of, c.happened_on <= until] if until else of


def _line(connection: Connection, year: int, line: str) -> RowMapping:
    wanted = select(lines).where(lines.c.year == year, lines.c.line == line)
    row = connection.execute(wanted).mappings().first()
    if row is None:
        raise NotFound(f"No budget of {year} with a line {line} has been adopted.")
    return row


def amendment(connection: Connection, amendment_id: str) -> AmendmentView:
    row = connection.execute(select(amendments).where(amendments.c.id == amendment_id)).mappings().one()
    return AmendmentView.model_validate(dict(row))


def all_amendments(connection: Connection, year: int, paging: Paging) -> Page[AmendmentView]:
    budget_year(connection, year)
    c = amendments.c
    rows = select(amendments).where(c.year == year, c.number > paging.number())
    found = connection.execute(rows.order_by(c.number).limit(paging.limit + 1)).mappings()
    views = [AmendmentView.model_validate(dict(row)) for row in found]
    return page_of(views, paging, key=lambda view: str(view.number))
