# SPDX-License-Identifier: EUPL-1.2
"""The news for people: what the feed links to."""

from fastapi.responses import HTMLResponse

from services.notifications.feed import atom, queries
from services.notifications.feed.api import KernSlug
from shared import dutch
from shared.access.rules import reads
from shared.contracts.envelope import WHOLE_MUNICIPALITY
from shared.contracts.refusals import NotFound
from shared.http import site
from shared.http.endpoint import EndpointDep
from shared.http.router import Pages

router = Pages()
templates = site.templates_in(__package__ or "", "/nieuws")
templates.filters.update(day=dutch.day)


@router.get("/nieuws")
@reads("anybody")
async def whole_news(http: EndpointDep) -> HTMLResponse:
    return await _news(WHOLE_MUNICIPALITY, http)


@router.get("/nieuws/{kern}")
@reads("anybody")
async def kern_news(kern: KernSlug, http: EndpointDep) -> HTMLResponse:
    if kern not in http.municipality.kern_slugs:
        raise NotFound(f"There is no kern {kern} in {http.municipality.name}.")
    return await _news(kern, http)


async def _news(kern: str, http: EndpointDep) -> HTMLResponse:
    shown = {
        "rules": http.municipality,
        "news": await http.load(lambda connection: queries.items(connection, kern)),
        "place": atom.place_of(kern, http.municipality),
        "feed": atom.feed_of(kern),
    }
    return HTMLResponse(templates.get_template("news.html").render(shown))
