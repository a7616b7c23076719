# SPDX-License-Identifier: EUPL-1.2
"""Exports over HTTP."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.responses import StreamingResponse

from services.budget.exports import data_file
from services.budget.exports.data_file import Format
from services.budget.exports.queries import EXPORTS, Export, ExportName
from shared.http.endpoint import Endpoint, EndpointDep
from shared.http.router import Router

router = Router()
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


@router.get("/exports/{export}", response_class=StreamingResponse, responses=FILES)
async def download(
    export: ExportName,
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
        media_type=data_file.MEDIA[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _lines(
    export: Export, page: list[dict[str, Any]], year: int, form: Format, http: Endpoint
) -> AsyncIterator[str]:
    """Page after page, so that a year of any size takes the memory of one page."""
    yield data_file.head(export.columns, form)
    while page:
        yield data_file.body(export.columns, page, form)
        last = page[-1]["_key"]
        page = await http.load(lambda c, after=last: export.page(c, year, http.municipality, after))  # type: ignore[misc]
