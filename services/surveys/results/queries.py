# SPDX-License-Identifier: EUPL-1.2
"""Results and benchmarks, read as they are shown."""

from sqlalchemy import Connection, RowMapping, select

from services.surveys.queries import page_in_order
from services.surveys.results.views import BenchmarkView, ResultView
from services.surveys.tables import benchmarks, results
from shared.contracts.envelope import WHOLE_MUNICIPALITY
from shared.contracts.refusals import NotFound
from shared.http.paging import Page, Paging


def of_survey(connection: Connection, survey_id: str, paging: Paging) -> Page[ResultView]:
    return page_in_order(connection, results, {results.c.survey_id: survey_id}, _result_view, paging)


def all_results(
    connection: Connection, paging: Paging, indicator: str | None, area: str | None, year: int | None
) -> Page[ResultView]:
    """In the order in which they became known; `area` is a kern, or `gemeente` for the municipality."""
    wanted = {results.c.indicator: indicator, results.c.area: area, results.c.year: year}
    return page_in_order(connection, results, wanted, _result_view, paging)


def one(connection: Connection, result_id: str) -> ResultView:
    row = connection.execute(select(results).where(results.c.id == result_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no result {result_id}.")
    return _result_view(row)


def all_benchmarks(
    connection: Connection, paging: Paging, indicator: str | None, year: int | None
) -> Page[BenchmarkView]:
    """In the order in which they became known."""
    wanted = {benchmarks.c.indicator: indicator, benchmarks.c.year: year}
    return page_in_order(
        connection, benchmarks, wanted, lambda row: BenchmarkView.model_validate(dict(row)), paging
    )


def _result_view(row: RowMapping) -> ResultView:
    area = row["area"]
    return ResultView.model_validate({**row, "kern": None if area == WHOLE_MUNICIPALITY else area})
