# SPDX-License-Identifier: EUPL-1.2
"""What this service is asked, read as it is shown."""

from sqlalchemy import Connection, RowMapping, select

from services.surveys import store
from services.surveys.lists import listed
from services.surveys.model import CAN, Survey
from services.surveys.tables import benchmarks, open_answers, results, surveys
from services.surveys.views import BenchmarkView, OpenAnswerView, QuestionView, ResultView, SurveyView
from shared.contracts.envelope import WHOLE_MUNICIPALITY
from shared.contracts.refusals import NotFound, Refused
from shared.http.paging import Page, Paging, page_of


def survey(connection: Connection, survey_id: str) -> SurveyView:
    return _survey_view(store.read(connection, survey_id))


def all_surveys(connection: Connection, paging: Paging, state: str | None) -> Page[SurveyView]:
    """In the order in which they were planned."""
    wanted = {surveys.c.state: state}
    return listed(connection, surveys, wanted, lambda row: _survey_view(store.survey_in(row)), paging)


def results_of(connection: Connection, survey_id: str, paging: Paging) -> Page[ResultView]:
    """Those of one survey; Refused as long as it is not closed."""
    _require_closed(store.read(connection, survey_id))
    return listed(connection, results, {results.c.survey_id: survey_id}, _result_view, paging)


def all_results(
    connection: Connection, paging: Paging, indicator: str | None, area: str | None, year: int | None
) -> Page[ResultView]:
    """In the order in which they became known; `area` is a kern, or `gemeente` for the municipality."""
    wanted = {results.c.indicator: indicator, results.c.area: area, results.c.year: year}
    return listed(connection, results, wanted, _result_view, paging)


def result(connection: Connection, result_id: str) -> ResultView:
    row = connection.execute(select(results).where(results.c.id == result_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no result {result_id}.")
    return _result_view(row)


def open_answers_of(connection: Connection, survey_id: str, paging: Paging) -> Page[OpenAnswerView]:
    """What people wrote, in an order that tells nothing; Refused as long as the survey is not closed."""
    _require_closed(store.read(connection, survey_id))
    written = select(open_answers).where(open_answers.c.survey_id == survey_id)
    if paging.after is not None:
        written = written.where(open_answers.c.id > paging.after)
    rows = connection.execute(written.order_by(open_answers.c.id).limit(paging.limit + 1)).mappings()
    views = [OpenAnswerView.model_validate(dict(row)) for row in rows]
    return page_of(views, paging, key=lambda view: view.id)


def all_benchmarks(
    connection: Connection, paging: Paging, indicator: str | None, year: int | None
) -> Page[BenchmarkView]:
    wanted = {benchmarks.c.indicator: indicator, benchmarks.c.year: year}
    return listed(connection, benchmarks, wanted, lambda row: BenchmarkView.model_validate(dict(row)), paging)


def _require_closed(found: Survey) -> None:
    # Looking twice at a survey that runs would tell what the one answer in between was.
    if found.state != "closed":
        allowed = CAN[found.state]
        raise Refused("survey-not-closed", "The results are counted when the survey is closed.", allowed)


def _survey_view(found: Survey) -> SurveyView:
    return SurveyView(
        id=found.id,
        state=found.state,
        instrument=found.instrument,
        audience=found.audience,
        title=found.title,
        introduction=found.introduction,
        access=found.access,
        kernen=found.kernen,
        questions=tuple(QuestionView.model_validate(vars(question)) for question in found.questions),
        comparable_with=found.comparable_with,
        open_date=found.opens_on,
        close_date=found.closes_on,
        origin=found.origin,
        page=f"/enquetes/{found.id}",
        allowed=CAN[found.state],
    )


def _result_view(row: RowMapping) -> ResultView:
    area = row["area"]
    return ResultView.model_validate({**row, "kern": None if area == WHOLE_MUNICIPALITY else area})
