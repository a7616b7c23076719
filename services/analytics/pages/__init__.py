"""The pages of the overview: Dutch, without scripts, from no other host. They show what the API answers."""

from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from services.analytics import overview, words
from services.analytics.api import Slug, Year, question
from services.analytics.overview import Question
from services.analytics.pages import formats, tables
from shared.contracts.refusals import NotFound
from shared.http.endpoint import EndpointDep
from shared.settings import load_settings

STATIC = Path(__file__).parent / "static"
router = APIRouter()
templates = Environment(
    loader=PackageLoader(__name__),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.filters.update(
    euro=formats.euro, number=formats.number, day=formats.day, breakable=formats.breakable
)
templates.globals.update(
    share=formats.share, heat=formats.heat, tables=tables, fictional_notice=words.FICTIONAL
)


@router.get("/")
async def home(http: EndpointDep, year: Year = None) -> HTMLResponse:
    asked = question(http, year)
    whole, kernen = await http.load(
        lambda c: (overview.municipality(c, asked), overview.kernen(c, asked)),
    )
    return _page("home.html", asked, view=whole, kernen=kernen, path="/")


@router.get("/kernen/{kern}")
async def kern_page(kern: Slug, http: EndpointDep, year: Year = None) -> HTMLResponse:
    asked = question(http, year)
    view = await http.load(lambda c: overview.kern(c, kern, asked))
    return _page("kern.html", asked, view=view, path=f"/kernen/{kern}")


@router.get("/static/theme.css")
async def theme_file() -> FileResponse:
    """The municipality's own theme: design tokens after NL Design System."""
    path = theme()
    if path is None:
        raise NotFound("No theme is set; KERNPULS_THEME names its file.")
    return FileResponse(path, media_type="text/css")


@cache
def theme() -> Path | None:
    """KERNPULS_THEME as it was when the service started."""
    return load_settings().theme


def _page(template: str, asked: Question, **shown: Any) -> HTMLResponse:
    rules = asked.municipality
    moment = partial(formats.moment, zone=ZoneInfo(rules.timezone))
    text = templates.get_template(template).render(
        rules=rules, day=asked.day, moment=moment, themed=theme() is not None, **shown
    )
    return HTMLResponse(text)
