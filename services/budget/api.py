# SPDX-License-Identifier: EUPL-1.2
"""The HTTP commands and queries of the budget."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.budget import desk, handlers, queries, yearly
from services.budget.commands import (
    AdoptBudget,
    AmendGrant,
    DecideGrant,
    RegisterOrganisation,
    RunContributions,
    SettleGrant,
    WithdrawGrant,
)
from services.budget.model import GrantState
from services.budget.views import (
    BudgetYearView,
    ContributionRunView,
    DeskItemView,
    GrantView,
    OrganisationView,
    PostingView,
)
from shared.contracts.envelope import OpaqueId, Slug
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep

router = APIRouter()
Year = Annotated[int, Path(ge=2000, le=2100)]


@router.post("/budget-years", status_code=201, response_model=BudgetYearView)
async def adopt(command: AdoptBudget, http: EndpointDep) -> Response:
    """Record the council's budget of a year, once."""
    year_id = http.new_id()
    return await http.create(
        lambda tx: yearly.adopt(year_id, command, tx),
        lambda tx: queries.budget_year(tx.connection, command.year),
        location=f"/v1/budget-years/{command.year}",
    )


@router.get("/budget-years", response_model=Page[BudgetYearView])
async def budget_years(paging: PagingDep, http: EndpointDep) -> Response:
    """The adopted years, oldest first, each with its lines as they stand."""
    return await http.read(lambda connection: queries.budget_years(connection, paging))


@router.get("/budget-years/{year}", response_model=BudgetYearView)
async def budget_year(year: Year, http: EndpointDep) -> Response:
    """One year with its lines as they stand."""
    return await http.read(lambda connection: queries.budget_year(connection, year))


@router.get("/budget-years/{year}/lines/{line}/postings", response_model=Page[PostingView])
async def line_postings(year: Year, line: Slug, paging: PagingDep, http: EndpointDep) -> Response:
    """Every movement of money on this line, in order: together they make its balance."""
    return await http.read(lambda connection: queries.line_postings(connection, year, line, paging))


@router.post("/organisations", status_code=201, response_model=OrganisationView)
async def register(command: RegisterOrganisation, http: EndpointDep) -> Response:
    """Enter an organisation into the register."""
    organisation_id = http.new_id()
    return await http.create(
        lambda tx: yearly.register(organisation_id, command, tx),
        lambda tx: queries.organisation(tx.connection, organisation_id),
        location=f"/v1/organisations/{organisation_id}",
    )


@router.get("/organisations", response_model=Page[OrganisationView])
async def organisations(paging: PagingDep, http: EndpointDep) -> Response:
    """The register, in the order of registration."""
    return await http.read(lambda connection: queries.all_organisations(connection, paging))


@router.get("/organisations/{organisationId}", response_model=OrganisationView)
async def organisation(
    organisation_id: Annotated[OpaqueId, Path(alias="organisationId")], http: EndpointDep
) -> Response:
    return await http.read(lambda connection: queries.organisation(connection, organisation_id))


@router.post(
    "/contribution-runs",
    status_code=201,
    response_model=ContributionRunView,
    responses={200: {"model": ContributionRunView, "description": "A preview: nothing was written"}},
)
async def run_contributions(command: RunContributions, http: EndpointDep) -> Response:
    """Give every entitled organisation its contribution of the year; again, and only what is new happens."""
    if command.preview:
        return await http.read(lambda c: queries.preview(c, command.year, http.municipality))
    run_id = http.new_id()
    return await http.create(
        lambda tx: yearly.run_contributions(run_id, command, tx),
        lambda tx: queries.contribution_run(tx.connection, run_id),
        location=f"/v1/contribution-runs/{run_id}",
    )


@router.get("/contribution-runs/{runId}", response_model=ContributionRunView)
async def contribution_run(run_id: Annotated[OpaqueId, Path(alias="runId")], http: EndpointDep) -> Response:
    """What a run did for each organisation."""
    return await http.read(lambda connection: queries.contribution_run(connection, run_id))


@router.get("/grants", response_model=Page[GrantView])
async def grants(
    paging: PagingDep,
    http: EndpointDep,
    initiative_id: Annotated[OpaqueId | None, Query(alias="initiativeId")] = None,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    line: Slug | None = None,
    state: GrantState | None = None,
) -> Response:
    """What was asked and what became of it, in the order of asking."""
    return await http.read(lambda c: queries.all_grants(c, paging, initiative_id, year, line, state))


@router.get("/grants/{grantId}", response_model=GrantView)
async def grant(grant_id: Annotated[OpaqueId, Path(alias="grantId")], http: EndpointDep) -> Response:
    """One grant as it stands."""
    return await http.read(lambda connection: queries.grant(connection, grant_id))


@router.get("/open-decisions", response_model=Page[DeskItemView])
async def open_decisions(paging: PagingDep, http: EndpointDep) -> Response:
    """The budget holder's desk: what is reserved and what is to be refused, in the order of asking."""
    return await http.read(lambda connection: desk.open_decisions(connection, paging))


@router.post("/grants/{grantId}/decisions", status_code=201, response_model=GrantView)
async def decide(
    grant_id: Annotated[OpaqueId, Path(alias="grantId")], command: DecideGrant, http: EndpointDep
) -> Response:
    """The budget holder's decision on what is asked; a refusal is always one."""
    return await http.create(
        lambda tx: handlers.decide(grant_id, command, tx),
        lambda tx: queries.grant(tx.connection, grant_id),
        location=f"/v1/grants/{grant_id}",
    )


@router.post("/grants/{grantId}/amendments", status_code=201, response_model=GrantView)
async def amend(
    grant_id: Annotated[OpaqueId, Path(alias="grantId")], command: AmendGrant, http: EndpointDep
) -> Response:
    """Another amount than was promised; more only if there is room."""
    return await http.create(
        lambda tx: handlers.amend(grant_id, command, tx),
        lambda tx: queries.grant(tx.connection, grant_id),
        location=f"/v1/grants/{grant_id}",
    )


@router.post("/grants/{grantId}/withdrawals", status_code=201, response_model=GrantView)
async def withdraw(
    grant_id: Annotated[OpaqueId, Path(alias="grantId")], command: WithdrawGrant, http: EndpointDep
) -> Response:
    """The promise is taken back; what is held for it is free again."""
    return await http.create(
        lambda tx: handlers.withdraw(grant_id, command, tx),
        lambda tx: queries.grant(tx.connection, grant_id),
        location=f"/v1/grants/{grant_id}",
    )


@router.post("/grants/{grantId}/settlements", status_code=201, response_model=GrantView)
async def settle(
    grant_id: Annotated[OpaqueId, Path(alias="grantId")], command: SettleGrant, http: EndpointDep
) -> Response:
    """The actual cost; the rest returns to the line of its year."""
    return await http.create(
        lambda tx: handlers.settle(grant_id, command, tx),
        lambda tx: queries.grant(tx.connection, grant_id),
        location=f"/v1/grants/{grant_id}",
    )
