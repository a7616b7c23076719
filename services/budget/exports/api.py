# SPDX-License-Identifier: EUPL-1.2
"""Exports over HTTP."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import Query, Response
from fastapi.responses import StreamingResponse

from services.budget.exports import data_file, spreadsheet
from services.budget.exports.data_file import Form
from services.budget.exports.queries import EXPORTS, Export, ExportName, all_rows
from services.budget.years.queries import budget_year
from shared.access.rules import reads
from shared.http.endpoint import Endpoint, EndpointDep
from shared.http.router import Router

router = Router()
OfYear = Annotated[int, Query(ge=2000, le=2100)]
EXAMPLE = "voorbeeld-"  # begins the name of a file in which all is invented
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/jsonl": {"schema": {"type": "string"}},
            spreadsheet.MEDIA: {"schema": {"type": "string", "format": "binary"}},
        },
        "description": "A line for each row; in CSV and xlsx the first one names the columns",
    }
}


@router.get("/exports/{export}", response_class=StreamingResponse, responses=FILES)
@reads("anybody")
async def download(
    export: ExportName,
    year: OfYear,
    http: EndpointDep,
    form: Annotated[Literal[Form, "xlsx"], Query(alias="format")] = "csv",
) -> Response:
    """All rows of a year as a file: `xlsx` for people; `csv` (UTF-8, commas, cents) and `jsonl` for programs,
    with every value as it is. `subsidies` is what the Woo has published: grants and contributions to others
    than natural persons, a row for each change. What is invented has `example` as its origin."""
    chosen, rules = EXPORTS[export], http.municipality
    budget = await http.load(lambda c: budget_year(c, year))
    name = f"{EXAMPLE if budget.origin == 'example' else ''}{export}-{year}.{form}"
    saved = {"Content-Disposition": f'attachment; filename="{name}"'}
    if form == "xlsx":
        book = await http.load(
            lambda c: spreadsheet.write(chosen.columns, all_rows(c, chosen, year, rules), rules)
        )
        return Response(book, media_type=spreadsheet.MEDIA, headers=saved)
    first = await http.load(lambda c: chosen.page(c, year, rules, None))
    lines = _lines(chosen, first, year, form, http)
    return StreamingResponse(lines, media_type=data_file.MEDIA[form], headers=saved)


async def _lines(
    export: Export, page: list[dict[str, Any]], year: int, form: Form, http: Endpoint
) -> AsyncIterator[str]:
    """Page after page, so that a year of any size takes the memory of one page."""
    yield data_file.head(export.columns, form)
    while page:
        yield data_file.body(export.columns, page, form)
        last = page[-1]["_key"]
        page = await http.load(lambda c, after=last: export.page(c, year, http.municipality, after))  # type: ignore[misc]
