# SPDX-License-Identifier: EUPL-1.2
"""The pages of this service: a survey to answer, a story to tell. Dutch, without scripts.

Every form is checked here, and shown again with what was filled in. After it is taken, the browser is sent
on to another page, so that going back or reloading sends nothing twice.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.surveys.pages import forms
from services.surveys.pages.forms import Fault, Given
from services.surveys.stories import handlers as story_handlers
from services.surveys.stories import store as story_store
from services.surveys.survey import handlers, model, store
from services.surveys.survey.model import Survey
from shared.access.rules import does, reads
from shared.contracts.refusals import Refused
from shared.dutch import day
from shared.http import site
from shared.http.endpoint import Endpoint, EndpointDep
from shared.http.router import Pages

MOST_FIELDS, MOST_STORIES = 200, 20
FICTIONAL = "Dit is een verzonnen voorbeeld."
router = Pages()
templates = site.templates_in(__name__, "/enquetes")
templates.filters["day"] = day
templates.globals.update(name_of=forms.name_of, field_of=forms.field_of, fictional_notice=FICTIONAL)


@router.get("/enquetes")
@reads("anybody")
async def home(http: EndpointDep) -> HTMLResponse:
    surveys = await http.load(lambda connection: store.answerable(connection, http.today))
    return _page("home.html", http, surveys=surveys)


@router.get("/enquetes/{survey_id}")
@reads("anybody")
async def survey_form(survey_id: str, http: EndpointDep) -> HTMLResponse:
    survey = await http.load(lambda connection: store.read(connection, survey_id))
    try:
        model.take_answer(survey, http.today)
    except Refused as refused:
        return _not_now(survey, refused, http, status=200)
    return _survey(survey, {"token": http.new_id()}, [], http)


@router.post("/enquetes/{survey_id}")
@does(handlers.answer)
async def answer_survey(survey_id: str, http: EndpointDep) -> Response:
    given = await _filled_in(http)
    survey = await http.load(lambda connection: store.read(connection, survey_id))
    if faults := forms.faults_in_answers(survey, given):
        return _survey(survey, given, faults, http, status=400)
    form = forms.filled_form(survey, given, given["token"])
    try:
        await http.act(lambda tx: handlers.answer(survey_id, form, given.get("code"), tx))
    except Refused as refused:
        if refused.code not in forms.CODE_FAULTS:
            return _not_now(survey, refused, http, status=409)
        return _survey(survey, given, [Fault("code", forms.CODE_FAULTS[refused.code])], http, status=409)
    return RedirectResponse(f"/enquetes/{survey_id}/bedankt", status_code=303)


@router.get("/enquetes/{survey_id}/bedankt")
@reads("anybody")
async def survey_thanks(survey_id: str, http: EndpointDep) -> HTMLResponse:
    survey = await http.load(lambda connection: store.read(connection, survey_id))
    return _page("survey-thanks.html", http, survey=survey)


@router.get("/verhalen")
@reads("anybody")
async def story_form(http: EndpointDep) -> HTMLResponse:
    return await _stories({"token": http.new_id()}, [], http)


@router.post("/verhalen")
@does(story_handlers.tell)
async def tell_story(http: EndpointDep) -> Response:
    given = await _filled_in(http)
    rules = http.municipality
    if faults := forms.faults_in_story(given, rules.kern_slugs, [theme.slug for theme in rules.themes]):
        return await _stories(given, faults, http, status=400)
    story_id = forms.id_of("story", given["token"])
    await http.act(lambda tx: story_handlers.tell(story_id, forms.story_in(given), tx))
    return RedirectResponse("/verhalen/bedankt", status_code=303)


@router.get("/verhalen/bedankt")
@reads("anybody")
async def story_thanks(http: EndpointDep) -> HTMLResponse:
    return _page("story-thanks.html", http)


async def _filled_in(http: Endpoint) -> dict[str, str]:
    """The fields of a form as somebody meant them."""
    http.count_form()
    form = await http.form(MOST_FIELDS)
    given = {
        name: value.replace("\r\n", "\n").strip()  # what a browser sends for a new line
        for name, value in form.items()
    }
    return given | {"token": forms.token_in(given, http.new_id())}


def _survey(
    survey: Survey, given: Given, faults: Sequence[Fault], http: Endpoint, status: int = 200
) -> HTMLResponse:
    return _page("survey.html", http, status, survey=survey, given=given, faults=faults)


def _not_now(survey: Survey, refused: Refused, http: Endpoint, status: int) -> HTMLResponse:
    return _page("survey-not-now.html", http, status, survey=survey, code=refused.code)


async def _stories(given: Given, faults: Sequence[Fault], http: Endpoint, status: int = 200) -> HTMLResponse:
    shown = await http.load(lambda connection: story_store.newest(connection, MOST_STORIES))
    return _page("stories.html", http, status, stories=shown, given=given, faults=faults)


def _page(template: str, http: Endpoint, status: int = 200, **shown: Any) -> HTMLResponse:
    return HTMLResponse(
        templates.get_template(template).render(rules=http.municipality, **shown), status_code=status
    )
