# SPDX-License-Identifier: EUPL-1.2
"""Surveys and what people wrote, read as they are shown."""

from sqlalchemy import Connection, select

from services.surveys.queries import page_in_order
from services.surveys.results import queries as results
from services.surveys.results.views import ResultView
from services.surveys.survey import store
from services.surveys.survey.model import Survey
from services.surveys.survey.views import OpenAnswerView, QuestionView, SurveyView
from services.surveys.tables import open_answers, surveys
from shared.contracts.refusals import Refused
from shared.http.paging import Page, Paging, page_of


def survey(connection: Connection, survey_id: str) -> SurveyView:
    return _survey_view(store.read(connection, survey_id))


def all_surveys(connection: Connection, paging: Paging, state: str | None) -> Page[SurveyView]:
    """In the order in which they were planned."""
    wanted = {surveys.c.state: state}
    return page_in_order(connection, surveys, wanted, lambda row: _survey_view(store.survey_in(row)), paging)


def results_of(connection: Connection, survey_id: str, paging: Paging) -> Page[ResultView]:
    """Those of one survey; Refused as long as it is not closed."""
    _require_closed(store.read(connection, survey_id))
    return results.of_survey(connection, survey_id, paging)


def open_answers_of(connection: Connection, survey_id: str, paging: Paging) -> Page[OpenAnswerView]:
    """What people wrote, in an order that means nothing; Refused as long as the survey is not closed."""
    _require_closed(store.read(connection, survey_id))
    written = select(open_answers).where(open_answers.c.survey_id == survey_id)
    if paging.after is not None:
        written = written.where(open_answers.c.id > paging.after)
    rows = connection.execute(written.order_by(open_answers.c.id).limit(paging.limit + 1)).mappings()
    views = [OpenAnswerView.model_validate(dict(row)) for row in rows]
    return page_of(views, paging, key=lambda view: view.id)


def _require_closed(found: Survey) -> None:
    # Looking twice at a survey that runs would tell what the one answer in between was.
    if found.state != "closed":
        allowed = found.allowed
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
        allowed=found.allowed,
    )
