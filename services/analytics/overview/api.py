# SPDX-License-Identifier: EUPL-1.2
"""What others read of the overview. It changes nothing: everything in it came by events."""

from typing import Annotated

from fastapi import Path, Query, Response

from services.analytics.overview import queries
from services.analytics.overview.scope import Scope
from services.analytics.overview.views import Kernen, KernOverview, Overview
from shared.access.rules import reads
from shared.http.endpoint import Endpoint, EndpointDep
from shared.http.router import Router

router = Router()
Year = Annotated[
    int | None, Query(ge=2000, le=2100, description="One year; leave it out for all years together")
]
Slug = Annotated[str, Path(max_length=60, description="A kern's slug, as /v1/kernen lists it")]


def scope_of(http: Endpoint, year: int | None, root: str | None = None) -> Scope:
    """`root` is what links begin with; as they were asked for when left out."""
    return Scope(http.municipality, year, http.today, http.root if root is None else root)


@router.get("/kernen", response_model=Kernen, summary="All kernen beside each other")
@reads("anybody")
async def kernen(http: EndpointDep, year: Year = None) -> Response:
    scope = scope_of(http, year)
    return await http.read(lambda connection: queries.kernen(connection, scope))


@router.get("/kernen/{kern}/overview", response_model=KernOverview, summary="Everything known about a kern")
@reads("anybody")
async def kern(kern: Slug, http: EndpointDep, year: Year = None) -> Response:
    scope = scope_of(http, year)
    return await http.read(lambda connection: queries.kern(connection, kern, scope))


@router.get("/overview", response_model=Overview, summary="Everything known about the municipality")
@reads("anybody")
async def municipality(http: EndpointDep, year: Year = None) -> Response:
    scope = scope_of(http, year)
    return await http.read(lambda connection: queries.municipality(connection, scope))
