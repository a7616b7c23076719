# SPDX-License-Identifier: EUPL-1.2
"""Below `/garden` the garden is as it is without: behind one address that is how it is found."""

import httpx
import pytest

from tests.shared.http.conftest import TREE, Garden, client_of
from tests.shared.http.test_pages import BROWSER


async def test_what_is_said_of_itself_has_the_prefix_by_which_it_was_asked(client: httpx.AsyncClient) -> None:
    for prefix in ("/garden", ""):
        made = await client.post(f"{prefix}/v1/trees", json=TREE)
        assert made.headers["location"] == f"{prefix}/v1/trees/{made.json()['id']}"
        assert (await client.get(made.headers["location"])).json() == made.json()
        page = (await client.get(f"{prefix}/v1/trees?limit=1")).json()
        assert page["_links"]["self"]["href"].startswith(f"{prefix}/v1/trees?")
    onwards = (await client.get("/garden/v1/trees?limit=1")).json()["_links"]["next"]["href"]
    assert onwards.startswith("/garden/v1/trees?")
    assert len((await client.get(onwards)).json()["items"]) == 1
    for prefix in ("/garden", ""):
        described = (await client.get(f"{prefix}/v1/openapi.json")).json()
        assert described["servers"] == [{"url": f"{prefix}/v1"}]
        assert "/trees" in described["paths"]


async def test_a_command_sent_again_by_the_other_way_is_the_same(
    client: httpx.AsyncClient, place: Garden
) -> None:
    key = {"Idempotency-Key": "one-tree"}
    first = await client.post("/garden/v1/trees", json=TREE, headers=key)
    again = await client.post("/v1/trees", json=TREE, headers=key)
    assert again.json() == first.json()
    assert first.headers["location"] == "/garden" + again.headers["location"], "erasing looks for it without"
    assert await place.counts() == (1, 1)


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/garden/v1/nothing", 404, "application/problem+json"),
        ("/garden/v1/trees?kern=oost&kern=west", 400, "application/problem+json"),
        ("/garden/v1/trees/", 404, "application/problem+json"),
        ("/garden/nergens", 404, "text/html; charset=utf-8"),
        ("/garden/static/nergens.css", 404, "text/html; charset=utf-8"),
        ("/garden/static/garden.css", 200, "text/css; charset=utf-8"),
        ("/garden/health/ready", 200, "application/json"),
        ("/gardens/v1/trees", 404, "text/html; charset=utf-8"),
        ("/garden", 404, "text/html; charset=utf-8"),
        ("/garden/garden/v1/trees", 404, "text/html; charset=utf-8"),
    ],
)
async def test_what_is_a_page_and_what_the_api_goes_by_what_follows(
    client: httpx.AsyncClient, path: str, status: int, kind: str
) -> None:
    answer = await client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (status, kind)


async def test_a_wrong_method_names_the_right_ones(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/garden/v1/trees")
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert answer.json()["detail"].startswith("DELETE does not apply to /garden/v1/trees;")


async def test_a_route_is_measured_as_one(place: Garden) -> None:
    async with client_of(place.app()) as client:
        for prefix in ("", "/garden"):
            await client.get(f"{prefix}/v1/trees")
            await client.get(f"{prefix}/static/garden.css")
        measured = (await client.get("/metrics")).text
    for route in ("/v1/trees", "/static"):
        assert f'http_requests_total{{method="GET",route="{route}",status="200"}} 2.0' in measured
