# SPDX-License-Identifier: EUPL-1.2
"""What the pages of all services have in common: one stylesheet, one skeleton, one menu, the municipality's
theme."""

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import FileResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from shared.contracts.refusals import NotFound
from shared.dutch import breakable
from shared.settings import load_settings

_environments: list[Environment] = []
STATIC = Path(__file__).parent / "static"
MENU = {"analytics": "Overzicht", "surveys": "Enquêtes en verhalen", "budget": "Begroting"}
router = APIRouter()


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


class MenuItem(NamedTuple):
    """`here` is the service whose page it is."""

    name: str
    href: str
    here: bool


def address(service: str) -> str | None:
    """Where people find the pages of a service; None where nobody set it."""
    return addresses().get(service)


@cache
def addresses() -> dict[str, str]:
    """KERNPULS_SITES as it was when the service started."""
    return load_settings().site_addresses


def menu(service: str) -> Sequence[MenuItem]:
    """The pages of all services, as a page of this one links to them; nothing where there are no others."""
    items = [
        MenuItem(text, href, name == service)
        for name, text in MENU.items()
        if (href := "/" if name == service else address(name))
    ]
    return items if len(items) > 1 else []


def templates_in(package: str) -> Environment:
    """The templates of a package; they extend `skeleton.html`, which needs `rules`, the municipality."""
    templates = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("shared.http")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["breakable"] = breakable
    service = package.removeprefix("services.").partition(".")[0]
    templates.globals.update(themed=lambda: theme() is not None, menu=partial(menu, service), address=address)
    _environments.append(templates)
    return templates


def compile_templates() -> None:
    for templates in _environments:
        for name in templates.list_templates(["html"]):
            templates.get_template(name)
