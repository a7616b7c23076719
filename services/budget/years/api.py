# SPDX-License-Identifier: EUPL-1.2
"""Budget years over HTTP: adopt, amend, close, and read every cent of a line."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query, Response

from services.budget.years import handlers, queries
from services.budget.years.commands import AdoptBudget, AmendBudget, CloseBudget
from services.budget.years.views import AmendmentView, BudgetYearView, LineBalanceView, PostingView
from shared.access.roles import OFFICIALS
from shared.access.rules import does, reads
from shared.contracts.envelope import Slug
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep
from shared.http.router import Router

router = Router()
Year = Annotated[int, Path(ge=2000, le=2100)]
AsOf = Annotated[
    date | None, Query(alias="asOf", description="As it was at the end of that day; left out: as it is")
]
Until = Annotated[date | None, Query(description="Up to and including that day; left out: all of them")]


@router.post("/budget-years", status_code=201, response_model=BudgetYearView)
@does(handlers.adopt)
async def adopt(command: AdoptBudget, http: EndpointDep) -> Response:
    """Record the council's budget of a year, once."""
    year_id = http.new_id()
    return await http.create(
        lambda tx: handlers.adopt(year_id, command, tx),
        lambda tx: queries.budget_year(tx.connection, command.year),
        location=f"/v1/budget-years/{command.year}",
    )


@router.get("/budget-years", response_model=Page[BudgetYearView])
@reads("anybody")
async def budget_years(paging: PagingDep, http: EndpointDep) -> Response:
    """The adopted years, oldest first, each with its lines as they stand."""
    return await http.read(lambda connection: queries.budget_years(connection, paging))


@router.get("/budget-years/{year}", response_model=BudgetYearView)
@reads("anybody")
async def budget_year(year: Year, http: EndpointDep) -> Response:
    """One year with its lines as they stand."""
    return await http.read(lambda connection: queries.budget_year(connection, year))


@router.post("/budget-years/{year}/amendments", status_code=201, response_model=AmendmentView)
@does(handlers.amend)
async def amend(year: Year, command: AmendBudget, http: EndpointDep) -> Response:
    """Bring money to a line: from another one, from the council, or from a closed year."""
    amendment_id = http.new_id()
    return await http.create(
        lambda tx: handlers.amend(amendment_id, year, command, tx),
        lambda tx: queries.amendment(tx.connection, amendment_id),
        location=f"/v1/budget-years/{year}/amendments",
    )


@router.get("/budget-years/{year}/amendments", response_model=Page[AmendmentView])
@reads("anybody")
async def amendments(year: Year, paging: PagingDep, http: EndpointDep) -> Response:
    """What changed the budget of a year after its adoption, and why."""
    return await http.read(lambda connection: queries.all_amendments(connection, year, paging))


@router.post("/budget-years/{year}/closings", status_code=201, response_model=BudgetYearView)
@does(handlers.close)
async def close(year: Year, command: CloseBudget, http: EndpointDep) -> Response:
    """The year is over: reservations lapse, promises stay payable, and nothing more is promised from it."""
    return await http.create(
        lambda tx: handlers.close(year, command, tx),
        lambda tx: queries.budget_year(tx.connection, year),
        location=f"/v1/budget-years/{year}",
    )


@router.get("/budget-years/{year}/lines/{line}", response_model=LineBalanceView)
@reads("anybody")
async def line_balance(year: Year, line: Slug, http: EndpointDep, as_of: AsOf = None) -> Response:
    """The balance of a line as of any date."""
    return await http.read(lambda connection: queries.line_balance(connection, year, line, as_of, http.root))


@router.get("/budget-years/{year}/lines/{line}/postings", response_model=Page[PostingView])
@reads(*OFFICIALS, "read")
async def line_postings(
    year: Year, line: Slug, paging: PagingDep, http: EndpointDep, until: Until = None
) -> Response:
    """Every movement of money on this line, in order: together they make its balance."""
    return await http.read(lambda connection: queries.line_postings(connection, year, line, until, paging))
