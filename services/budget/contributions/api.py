# SPDX-License-Identifier: EUPL-1.2
"""Contributions over HTTP: preview and run those of a year, read them, withdraw one."""

from typing import Annotated

from fastapi import Path, Query, Response

from services.budget.contributions import handlers, queries
from services.budget.contributions.commands import RunContributions, WithdrawContribution
from services.budget.contributions.views import ContributionRunView, ContributionView
from shared.access.roles import OFFICIALS
from shared.access.rules import does, reads
from shared.contracts.envelope import OpaqueId
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep
from shared.http.router import Router

router = Router()
ContributionId = Annotated[OpaqueId, Path(alias="contributionId")]


@router.post(
    "/contribution-runs",
    status_code=201,
    response_model=ContributionRunView,
    responses={200: {"model": ContributionRunView, "description": "A preview: nothing was written"}},
)
@does(handlers.run)
async def run(command: RunContributions, http: EndpointDep) -> Response:
    """Give every entitled organisation its contribution of the year; again, and only what is new happens.

    Above a hundred organisations the answer has the first of them; the run goes on by itself.
    """
    if command.preview:
        return await http.read(lambda c: queries.preview(c, command.year, command.origin, http.municipality))
    run_id = http.new_id()
    return await http.create(
        lambda tx: handlers.run(run_id, command, tx),
        lambda tx: queries.contribution_run(tx.connection, run_id),
        location=f"/v1/contribution-runs/{run_id}",
    )


@router.get("/contribution-runs/{runId}", response_model=ContributionRunView)
@reads(*OFFICIALS, "read")
async def one_run(run_id: Annotated[OpaqueId, Path(alias="runId")], http: EndpointDep) -> Response:
    """What a run did for each organisation."""
    return await http.read(lambda connection: queries.contribution_run(connection, run_id))


@router.get("/contributions", response_model=Page[ContributionView])
@reads(*OFFICIALS, "read")
async def contributions(
    paging: PagingDep,
    http: EndpointDep,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    organisation_id: Annotated[OpaqueId | None, Query(alias="organisationId")] = None,
) -> Response:
    """Contributions, in the order of their ids."""
    return await http.read(lambda c: queries.all_contributions(c, paging, year, organisation_id))


@router.get("/contributions/{contributionId}", response_model=ContributionView)
@reads(*OFFICIALS, "read")
async def contribution(contribution_id: ContributionId, http: EndpointDep) -> Response:
    """One contribution as it stands."""
    return await http.read(lambda connection: queries.contribution(connection, contribution_id))


@router.post("/contributions/{contributionId}/withdrawals", status_code=201, response_model=ContributionView)
@does(handlers.withdraw)
async def withdraw(
    contribution_id: ContributionId, command: WithdrawContribution, http: EndpointDep
) -> Response:
    """Take a contribution back that was not paid yet."""
    return await http.create(
        lambda tx: handlers.withdraw(contribution_id, command, tx),
        lambda tx: queries.contribution(tx.connection, contribution_id),
        location=f"/v1/contributions/{contribution_id}",
    )
