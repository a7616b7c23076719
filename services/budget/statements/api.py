# SPDX-License-Identifier: EUPL-1.2
"""Statements and exports over HTTP."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse

from services.budget import sheet
from services.budget.sheet import Format
from services.budget.statements import queries, reconciliation
from services.budget.statements.exports import EXPORTS, Export, Kind
from services.budget.statements.reconciliation import Reconciliation
from services.budget.statements.views import KernStatement, OrganisationStatement, YearStatement
from shared.contracts.envelope import OpaqueId, Slug
from shared.http.endpoint import Endpoint, EndpointDep

router = APIRouter()
Year = Annotated[int, Path(ge=2000, le=2100)]
OfYear = Annotated[int, Query(ge=2000, le=2100)]
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/jsonl": {"schema": {"type": "string"}},
        },
        "description": "A line for each row; in CSV the first one names the columns",
    }
}


@router.get("/budget-years/{year}/statement", response_model=YearStatement)
async def of_year(year: Year, http: EndpointDep) -> Response:
    """A year explained: its lines, and what each kern has of them."""
    return await http.read(lambda connection: queries.of_year(connection, year, http.municipality))


@router.get("/budget-years/{year}/reconciliation", response_model=Reconciliation)
async def reconcile(year: Year, http: EndpointDep) -> Response:
    """The ledger, the events and the overview, held against each other; `/verantwoording/{year}` is the same
    for people."""
    checked = await reconciliation.of_year(http, year)
    return Response(checked.model_dump_json(by_alias=True), media_type="application/json")


@router.get("/kernen/{kern}/statement", response_model=KernStatement)
async def of_kern(kern: Slug, year: OfYear, http: EndpointDep) -> Response:
    """What one kern has of a year, item by item."""
    return await http.read(lambda connection: queries.of_kern(connection, kern, year, http.municipality))


@router.get("/organisations/{organisationId}/statement", response_model=OrganisationStatement)
async def of_organisation(
    organisation_id: Annotated[OpaqueId, Path(alias="organisationId")], http: EndpointDep
) -> Response:
    """What one organisation has, year by year."""
    return await http.read(lambda connection: queries.of_organisation(connection, organisation_id))


@router.get("/exports/{export}", response_class=StreamingResponse, responses=FILES)
async def download(
    export: Kind,
    year: OfYear,
    http: EndpointDep,
    form: Annotated[Format, Query(alias="format")] = "csv",
) -> Response:
    """All rows of a year as a file. `subsidies` is what the Woo has published: grants and contributions to
    others than natural persons, with its six fields."""
    chosen = EXPORTS[export]
    first = await http.load(lambda c: chosen.page(c, year, http.municipality, None))
    name = f"{export}-{year}.{form}"
    return StreamingResponse(
        _lines(chosen, first, year, form, http),
        media_type=sheet.MEDIA[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _lines(
    export: Export, page: list[dict[str, Any]], year: int, form: Format, http: Endpoint
) -> AsyncIterator[str]:
    """Page after page, so that a year of any size takes the memory of one page."""
    yield sheet.head(export.columns, form)
    while page:
        yield sheet.body(export.columns, page, form)
        last = page[-1]["_key"]
        page = await http.load(lambda c, after=last: export.page(c, year, http.municipality, after))  # type: ignore[misc]
