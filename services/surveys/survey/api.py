# SPDX-License-Identifier: EUPL-1.2
"""Surveys over HTTP: plan, open, hand out codes, close; and read what came of them."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Path, Request, Response

from services.surveys.results.views import ResultView
from services.surveys.survey import handlers, queries
from services.surveys.survey.commands import CloseSurvey, IssueCodes, OpenSurvey, PlanSurvey
from services.surveys.survey.model import State
from services.surveys.survey.views import CodesView, OpenAnswerView, SurveyView
from shared.access.roles import OFFICIALS
from shared.access.rules import does, reads
from shared.contracts.envelope import NewEvent, OpaqueId
from shared.http.endpoint import Endpoint, EndpointDep
from shared.http.paging import Page, PagingDep
from shared.http.router import Router
from shared.messaging.transaction import Transaction

router = Router()
NOT_CLOSED: dict[int | str, dict[str, Any]] = {409: {}}  # there are no results yet
SurveyId = Annotated[OpaqueId, Path(alias="surveyId")]


@router.post("/surveys", status_code=201, response_model=SurveyView)
@does(handlers.plan)
async def plan(command: PlanSurvey, http: EndpointDep) -> Response:
    """Plan a survey; it opens at once if its first day has come."""
    survey_id = http.new_id()
    return await _create(survey_id, lambda tx: handlers.plan(survey_id, command, tx), http)


@router.get("/surveys", response_model=Page[SurveyView])
@reads(*OFFICIALS, "read")
async def surveys(http: EndpointDep, paging: PagingDep, state: State | None = None) -> Response:
    """Surveys, in the order in which they were planned."""
    return await http.read(lambda c: queries.all_surveys(c, paging, state))


@router.get("/surveys/{surveyId}", response_model=SurveyView)
@reads(*OFFICIALS, "read")
async def survey(survey_id: SurveyId, http: EndpointDep) -> Response:
    return await http.read(lambda c: queries.survey(c, survey_id))


@router.post("/surveys/{surveyId}/openings", status_code=201, response_model=SurveyView)
@does(handlers.open_survey)
async def open_survey(survey_id: SurveyId, command: OpenSurvey, http: EndpointDep) -> Response:
    """Open a planned survey, on its first day or later."""
    return await _create(survey_id, lambda tx: handlers.open_survey(survey_id, command, tx), http)


@router.post("/surveys/{surveyId}/codes", status_code=201, response_model=CodesView)
@does(handlers.issue_codes)
async def issue_codes(survey_id: SurveyId, command: IssueCodes, request: Request) -> Response:
    """Make codes. An Idempotency-Key is not used here: what is answered under one is kept, and codes are
    shown once. If the answer gets lost, make new ones; nobody knows the others.
    """
    issued: list[str] = []

    def issue(tx: Transaction) -> Sequence[NewEvent]:
        issued[:] = handlers.issue_codes(survey_id, command, tx)
        return ()

    return await Endpoint(request, None).create(issue, lambda _tx: CodesView(codes=tuple(issued)))


@router.post("/surveys/{surveyId}/closings", status_code=201, response_model=SurveyView)
@does(handlers.close)
async def close(survey_id: SurveyId, command: CloseSurvey, http: EndpointDep) -> Response:
    """Take no more answers, and publish the results."""
    return await _create(survey_id, lambda tx: handlers.close(survey_id, command, tx), http)


@router.get("/surveys/{surveyId}/results", response_model=Page[ResultView], responses=NOT_CLOSED)
@reads("editor", "coordinator", "read")
async def survey_results(survey_id: SurveyId, http: EndpointDep, paging: PagingDep) -> Response:
    """The results of a closed survey; of those that are suppressed no number."""
    return await http.read(lambda c: queries.results_of(c, survey_id, paging))


@router.get("/surveys/{surveyId}/open-answers", response_model=Page[OpenAnswerView], responses=NOT_CLOSED)
@reads("editor", "coordinator")
async def open_answers(survey_id: SurveyId, http: EndpointDep, paging: PagingDep) -> Response:
    """What people wrote, once the survey is closed: for officials, not for publication."""
    return await http.read(lambda c: queries.open_answers_of(c, survey_id, paging))


async def _create(
    survey_id: str, handler: Callable[[Transaction], Sequence[NewEvent]], http: EndpointDep
) -> Response:
    return await http.create(
        handler, lambda tx: queries.survey(tx.connection, survey_id), location=f"/v1/surveys/{survey_id}"
    )
