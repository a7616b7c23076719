# SPDX-License-Identifier: EUPL-1.2
"""The pages of the overview: Dutch, without scripts, from no other host. They show what the API answers."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from services.analytics import overview, taking_part, words
from services.analytics.api import Slug, Year, question
from services.analytics.overview import Question
from services.analytics.pages import formats, plot, stories, tables
from shared import dutch
from shared.http import site
from shared.http.endpoint import EndpointDep

router = APIRouter()
router.include_router(site.router)
templates = site.templates_in(__name__)
templates.filters.update(
    euro=dutch.euro,
    number=dutch.number,
    score=formats.score,
    day=dutch.day,
    breakable=formats.breakable,
)
templates.globals.update(
    share=dutch.share,
    heat=formats.heat,
    tables=tables,
    plots=plot,
    asked_of=words.ASKED,
    fictional_notice=words.FICTIONAL,
)
A_FEW = 3  # stories, where they are not of one kern


@router.get("/")
async def home(http: EndpointDep, year: Year = None) -> HTMLResponse:
    asked = question(http, year)
    whole, kernen = await http.load(
        lambda c: (overview.municipality(c, asked), overview.kernen(c, asked)),
    )
    told = await stories.told(http, whole, A_FEW)
    return _page("home.html", asked, view=whole, kernen=kernen, told=told, path="/")


@router.get("/kernen/{kern}")
async def kern_page(kern: Slug, http: EndpointDep, year: Year = None) -> HTMLResponse:
    asked = question(http, year)
    view = await http.load(lambda c: overview.kern(c, kern, asked))
    told = await stories.told(http, view, taking_part.STORIES)
    return _page("kern.html", asked, view=view, told=told, path=f"/kernen/{kern}")


def _page(template: str, asked: Question, **shown: Any) -> HTMLResponse:
    rules = asked.municipality
    moment = partial(formats.moment, zone=ZoneInfo(rules.timezone))
    text = templates.get_template(template).render(rules=rules, day=asked.day, moment=moment, **shown)
    return HTMLResponse(text)
