# SPDX-License-Identifier: EUPL-1.2
"""The table of the site has every page, at an address that is one service's alone: else the proxy serves it
to nobody, or another's in its place.
"""

from fastapi.routing import iter_route_contexts

from services.suite.discovery import discover
from shared.http.site.menu import PLACES

PAGES = [
    (service.name, str(route.path))
    for service in discover()
    for route in (iter_route_contexts(service.pages.routes) if service.pages else ())
    if not str(route.path).startswith("/static/")
]


def test_every_page_is_in_the_table_once() -> None:
    assert len(PAGES) > 10
    for service, path in PAGES:
        places = [it.service for it in PLACES if path == it.path or path.startswith(f"{it.path}/")]
        assert places == [service], path


def test_every_row_of_the_table_has_a_page() -> None:
    for place in PLACES:
        assert any(path.startswith(place.path) for service, path in PAGES if service == place.service), place


def test_the_work_part_can_be_closed_by_its_path() -> None:
    for place in PLACES:
        assert (place.part == "work") == place.path.startswith("/werk/"), place
