# SPDX-License-Identifier: EUPL-1.2
"""The import of rounds over HTTP: a CSV file as it is, or its text within JSON."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from services.surveys.imports import handlers
from services.surveys.imports.commands import ImportRounds
from services.surveys.imports.views import ImportView
from shared.access.rules import does
from shared.contracts.envelope import NewEvent
from shared.contracts.fields import CalendarDate
from shared.contracts.surveys import BenchmarkRecorded, SurveyCompleted, SurveyCorrected
from shared.csv_reader import decode
from shared.http.bodies import A_FILE, aside
from shared.http.endpoint import EndpointDep
from shared.http.router import Router
from shared.messaging.transaction import Transaction

router = Router()
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": A_FILE},
            "application/json": {"schema": ImportRounds.model_json_schema()},
        },
    }
}


async def rounds_in(
    request: Request,
    origin: Annotated[Literal["import", "example"] | None, Query(description="With a CSV file")] = None,
    happened_on: Annotated[
        CalendarDate | None, Query(alias="happenedOn", description="With a CSV file")
    ] = None,
) -> ImportRounds:
    """The command, however it was sent."""
    body, query = await request.body(), {"origin": origin, "happenedOn": happened_on}
    is_csv = request.headers.get("content-type", "").startswith("text/csv")
    return await aside(len(body), partial(_command, body, is_csv, query))


def _command(body: bytes, is_csv: bool, query: dict[str, Any]) -> ImportRounds:
    try:
        if not is_csv:
            return ImportRounds.model_validate_json(body or b"{}")
        given = {name: value for name, value in query.items() if value is not None}
        return ImportRounds.model_validate({**given, "csv": decode(body)})
    except ValidationError as error:
        errors = [{**wrong, "loc": ("body", *wrong["loc"])} for wrong in error.errors()]
        raise RequestValidationError(errors) from None


@router.post("/imports", status_code=200, response_model=ImportView, openapi_extra=BODY)
@does(handlers.record)
async def record(command: Annotated[ImportRounds, Depends(rounds_in)], http: EndpointDep) -> Response:
    """Record results of rounds that were held elsewhere: new rows are published, changed ones corrected.

    The first line names the columns. Always: `area` (a kern, `municipality`, `benchmark` or `netherlands`),
    `year`, `instrument`, `indicator`, `mark` (1 to 10) or `percentage`, `n` (answers, or `unknown`) and
    `source`. If known: `date`, `audience`, `invited`, `spread`, `distribution` (`6=12 7=30`) and
    `comparable` (instruments, with spaces).

    As a Dutch or English spreadsheet saves it: commas, semicolons or tabs; `6,5` or `6.5`; `1.412`;
    `31-10-2021` or `2021-10-31`; UTF-8, Windows-1252 or UTF-16. For a figure that its source keeps secret,
    `x` or `.` as the CBS writes it. What is wrong is said in Dutch, with the number of the row.
    """
    kept = 0

    def work(tx: Transaction) -> Sequence[NewEvent]:
        nonlocal kept
        outcome = handlers.record(command, tx)
        kept = outcome.kept
        return outcome.events

    return await http.create(work, lambda tx: _changed(tx, kept))


def _changed(tx: Transaction, kept: int) -> ImportView:
    published = Counter(type(event.data) for event in tx.recorded)
    return ImportView(
        completed=published[SurveyCompleted],
        corrected=published[SurveyCorrected],
        kept=kept,
        benchmarks=published[BenchmarkRecorded],
    )
