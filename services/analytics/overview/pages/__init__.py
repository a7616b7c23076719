# SPDX-License-Identifier: EUPL-1.2
"""The pages of the overview: Dutch, without scripts, from no other host. They show what the API answers.

The texts of stories alone are asked of their owner when a page is shown: tomorrow one may be withdrawn.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse

from services.analytics.overview import definitions, labels, queries
from services.analytics.overview.api import Slug, Year, scope_of
from services.analytics.overview.pages import formats, plot, table_rows
from services.analytics.overview.scope import Scope
from services.analytics.overview.views import Overview
from shared import dutch
from shared.access.rules import reads
from shared.contracts.surveys import StoryQuestion, StoryText
from shared.http import site
from shared.http.endpoint import Endpoint, EndpointDep
from shared.http.router import Pages
from shared.http.site.menu import prefix_of
from shared.messaging.requests import NoAnswer

router = Pages()
templates = site.templates_in(__name__, "/")
templates.filters.update(
    euro=dutch.euro,
    number=dutch.number,
    score=formats.score,
    day=dutch.day,
)
templates.globals.update(
    share=dutch.share,
    heat=formats.heat,
    table_rows=table_rows,
    plots=plot,
    asked_of=labels.ASKED,
    fictional_notice=definitions.FICTIONAL,
)
A_FEW = 3  # stories, where they are not of one kern


@dataclass(frozen=True)
class ReadableStories:
    """The stories that can be read now; `away` if others cannot, because their owner does not answer."""

    texts: Sequence[StoryText]
    away: bool


@router.get("/")
@reads("anybody")
async def home(http: EndpointDep, year: Year = None) -> HTMLResponse:
    scope = scope_of(http, year, prefix_of("analytics"))
    whole, kernen = await http.load(
        lambda c: (queries.municipality(c, scope), queries.kernen(c, scope)),
    )
    stories = await _stories(http, whole, A_FEW)
    return _page("home.html", scope, view=whole, kernen=kernen, stories=stories, path="/")


@router.get("/kernen/{kern}")
@reads("anybody")
async def kern_page(kern: Slug, http: EndpointDep, year: Year = None) -> HTMLResponse:
    scope = scope_of(http, year, prefix_of("analytics"))
    view = await http.load(lambda c: queries.kern(c, kern, scope))
    stories = await _stories(http, view, queries.STORIES)
    return _page("kern.html", scope, view=view, stories=stories, path=f"/kernen/{kern}")


def _page(template: str, scope: Scope, **shown: Any) -> HTMLResponse:
    rules = scope.municipality
    moment = partial(dutch.moment, zone=ZoneInfo(rules.timezone))
    text = templates.get_template(template).render(rules=rules, day=scope.day, moment=moment, **shown)
    return HTMLResponse(text)


async def _stories(http: Endpoint, view: Overview, most: int) -> ReadableStories:
    """The latest stories of a view, all asked for at once."""
    answers = await asyncio.gather(*(_story(http, story_id) for story_id in view.story_ids[:most]))
    return ReadableStories([it for it in answers if isinstance(it, StoryText)], away="away" in answers)


async def _story(http: Endpoint, story_id: str) -> StoryText | str:
    """The story, or why there is none: one that is gone is no longer a story of ours to mention."""
    try:
        return await http.ask("surveys.story", StoryQuestion(story_id=story_id), StoryText)
    except NoAnswer as missing:
        return "gone" if missing.code == "not-found" else "away"
