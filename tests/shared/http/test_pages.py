# SPDX-License-Identifier: EUPL-1.2
"""Pages for people beside the API."""

import re

import httpx
import pytest

from tests.shared.http.conftest import Garden, client_of

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def test_a_page_and_its_style_come_from_here(client: httpx.AsyncClient) -> None:
    page, style = await client.get("/", headers=BROWSER), await client.get("/static/garden.css")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert style.text == "body { color: green }"


async def test_pages_are_no_part_of_the_api_description(client: httpx.AsyncClient) -> None:
    document = (await client.get("/v1/openapi.json")).json()
    assert "/" not in document["paths"]
    assert "/kapot" not in document["paths"]


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/nergens", 404, "Deze pagina bestaat niet"),
        ("GET", "/static/nergens.css", 404, "Deze pagina bestaat niet"),
        ("DELETE", "/", 405, "Dit kan hier niet"),
        ("GET", "/kapot", 500, "Er ging iets mis"),
        ("GET", "/?a=%00", 400, "Dit verzoek klopt niet"),
    ],
)
async def test_a_browser_reads_what_is_wrong_in_dutch(
    client: httpx.AsyncClient, method: str, path: str, status: int, title: str
) -> None:
    answer = await client.request(method, path, headers=BROWSER)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="nl">' in answer.text
    assert f'<h1 class="utrecht-heading-1">{title}</h1>' in answer.text
    assert "Anna" not in answer.text
    assert "Waterrijk" in answer.text
    loaded = r'<(?!a |link rel="alternate")[^>]*(href|src)="(?!/|#|mailto:)'
    assert not re.search(loaded, answer.text), "a page loads from this host only"
    assert answer.headers["api-version"] == "1.4.2"


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1", "/v1/trees?limit=0", "/v1/failures"])
async def test_the_api_answers_a_browser_with_a_problem_too(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers=BROWSER)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_service_without_pages(place: Garden) -> None:
    place.service = type(place.service)(name="garden", port=8099, title="Garden")
    async with client_of(place.app()) as client:
        assert (await client.get("/")).status_code == 404
        assert (await client.get("/v1/openapi.json")).json()["paths"] == {}
        assert (await client.get("/v1/schemas/tree.planted.v1.json")).status_code == 404
