# SPDX-License-Identifier: EUPL-1.2
"""Statements over HTTP, and the report that ledger, events and overview agree."""

from typing import Annotated

from fastapi import Path, Query, Response

from services.budget.statements import queries
from services.budget.statements.views import (
    KernStatement,
    OrganisationStatement,
    Reconciliation,
    YearStatement,
)
from shared.access.roles import OFFICIALS
from shared.access.rules import reads
from shared.contracts.envelope import OpaqueId, Slug
from shared.http.endpoint import EndpointDep
from shared.http.router import Router

router = Router()
Year = Annotated[int, Path(ge=2000, le=2100)]
OfYear = Annotated[int, Query(ge=2000, le=2100)]


@router.get("/budget-years/{year}/statement", response_model=YearStatement)
@reads("anybody")
async def of_year(year: Year, http: EndpointDep) -> Response:
    """A year explained: its lines, and what each kern has of them."""
    return await http.read(lambda connection: queries.of_year(connection, year, http.municipality))


@router.get("/budget-years/{year}/reconciliation", response_model=Reconciliation)
@reads(*OFFICIALS, "read")
async def reconcile(year: Year, http: EndpointDep) -> Response:
    """The ledger, the events and the overview, held against each other; `/verantwoording/{year}` is the same
    for people."""
    own = await http.load(lambda connection: queries.account(connection, year))
    checked = await queries.compared(year, own, http.ask)
    return Response(checked.model_dump_json(by_alias=True), media_type="application/json")


@router.get("/kernen/{kern}/statement", response_model=KernStatement)
@reads("anybody")
async def of_kern(kern: Slug, year: OfYear, http: EndpointDep) -> Response:
    """What one kern has of a year, item by item."""
    return await http.read(lambda connection: queries.of_kern(connection, kern, year, http.municipality))


@router.get("/organisations/{organisationId}/statement", response_model=OrganisationStatement)
@reads("anybody")
async def of_organisation(
    organisation_id: Annotated[OpaqueId, Path(alias="organisationId")], http: EndpointDep
) -> Response:
    """What one organisation has, year by year."""
    return await http.read(lambda connection: queries.of_organisation(connection, organisation_id))
