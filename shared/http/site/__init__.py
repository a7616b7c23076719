# SPDX-License-Identifier: EUPL-1.2
"""What the pages of all services have in common: one stylesheet, one skeleton, one menu (`menu.py`), the
municipality's theme."""

from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from shared.access.session import LOG_IN
from shared.dutch import breakable
from shared.http.site.menu import api_of, listed
from shared.settings import load_settings

_environments: list[Environment] = []
STATIC = Path(__file__).parent / "static"


@cache
def theme() -> Path | None:
    """KERNPULS_THEME as it was when the service started."""
    return load_settings().theme


def templates_in(package: str, here: str = "") -> Environment:
    """The templates of a package; they extend `skeleton.html`, which needs `rules`, the municipality.

    `here` is the path in the menu of which these pages are.
    """
    templates = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(__name__)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["breakable"] = breakable
    templates.globals.update(log_in=LOG_IN)
    templates.globals.update(themed=lambda: theme() is not None, listed=listed, here=here, api=api_of)
    _environments.append(templates)
    return templates


def compile_templates() -> None:
    for templates in _environments:
        for name in templates.list_templates(["html"]):
            templates.get_template(name)
