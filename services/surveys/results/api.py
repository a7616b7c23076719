# SPDX-License-Identifier: EUPL-1.2
"""Results and benchmarks over HTTP, of surveys and of rounds that were held elsewhere."""

from typing import Annotated

from fastapi import Path, Query, Response

from services.surveys.results import queries
from services.surveys.results.views import BenchmarkView, ResultView
from shared.access.rules import reads
from shared.contracts.envelope import OpaqueId, Slug
from shared.http.endpoint import EndpointDep
from shared.http.paging import Page, PagingDep
from shared.http.router import Router

router = Router()
Year = Annotated[int | None, Query(ge=1990, le=2100)]


@router.get("/results", response_model=Page[ResultView])
@reads("anybody")
async def results(
    http: EndpointDep,
    paging: PagingDep,
    indicator: Slug | None = None,
    kern: Annotated[Slug | None, Query(description="`gemeente` is the whole municipality")] = None,
    year: Year = None,
) -> Response:
    """Results of surveys and imports, in the order in which they became known."""
    return await http.read(lambda c: queries.all_results(c, paging, indicator, kern, year))


@router.get("/results/{resultId}", response_model=ResultView)
@reads("anybody")
async def result(result_id: Annotated[OpaqueId, Path(alias="resultId")], http: EndpointDep) -> Response:
    """One result as it stands, by the subject of its events."""
    return await http.read(lambda c: queries.one(c, result_id))


@router.get("/benchmarks", response_model=Page[BenchmarkView])
@reads("anybody")
async def benchmarks(
    http: EndpointDep, paging: PagingDep, indicator: Slug | None = None, year: Year = None
) -> Response:
    """What others scored, in the order in which it became known."""
    return await http.read(lambda c: queries.all_benchmarks(c, paging, indicator, year))
