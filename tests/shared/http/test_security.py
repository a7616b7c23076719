# SPDX-License-Identifier: EUPL-1.2
"""Who may reach a service that has no login, and what its pages may load."""

import httpx
import pytest

from shared.http.security import OpenNetworkRefused, Reach, require_closed_network
from tests.access import AS_ANYBODY
from tests.shared.http.conftest import TREE, Garden


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "[::1]", "localhost"])
def test_loopback_is_closed(host: str) -> None:
    require_closed_network(host, trusted_network=False)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.168.1.4", "kernpuls.example", "127.0.0.1.example"]
)
def test_anything_else_is_refused_with_a_sentence(host: str) -> None:
    with pytest.raises(OpenNetworkRefused) as refused:
        require_closed_network(host, trusted_network=False)
    assert "through the proxy" in str(refused.value)
    assert "KERNPULS_TRUSTED_NETWORK=yes" in str(refused.value)
    assert "127.0.0.1" in str(refused.value)
    require_closed_network(host, trusted_network=True)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8001", 200),
        ("127.0.0.1:8001", 200),
        ("[::1]", 200),
        ("[::1]:8001", 200),
        ("kernpuls.example", 421),
        ("localhost.example:8001", 421),
        ("127.0.0.1.example", 421),
        ("10.0.0.1:8001", 421),
        ("", 421),
    ],
)
async def test_a_name_that_somebody_made_resolve_to_loopback_is_refused(
    client: httpx.AsyncClient, host: str, status: int
) -> None:
    answer = await client.get("/v1/trees", headers={"Host": host})
    assert answer.status_code == status
    if status == 421:
        assert answer.headers["content-type"] == "application/problem+json"
        assert "localhost" in answer.json()["detail"]


async def test_the_names_on_the_list_are_answered_and_no_others(place: Garden) -> None:
    """Also in a container, where a service listens to the whole network of its neighbours."""
    transport = httpx.ASGITransport(place.app(reach=Reach(frozenset({"garden"}))))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://garden:8001", headers=AS_ANYBODY
    ) as client:
        for host, status in [
            ("garden:8001", 200),
            ("GARDEN", 200),
            ("127.0.0.1", 200),
            ("evil.example", 421),
        ]:
            assert (await client.get("/v1/trees", headers={"Host": host})).status_code == status


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 201), ("none", 201)]
)
@pytest.mark.parametrize("reach", [Reach(), Reach(frozenset({"localhost"}), "https://garden.example")])
async def test_a_page_of_another_site_sends_no_commands(
    place: Garden, site: str, status: int, reach: Reach
) -> None:
    transport = httpx.ASGITransport(place.app(reach=reach))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers=AS_ANYBODY
    ) as client:
        answer = await client.post("/v1/trees", json=TREE, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == status
        assert (await client.get("/v1/trees", headers={"Sec-Fetch-Site": site})).status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:8001", 200),
        ("https://LOCALHOST:8001", 200),
        ("https://garden.example", 200),
        ("http://localhost:8002", 403),
        ("http://localhost", 403),
        ("https://garden.example:444", 403),
        ("https://evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
async def test_a_browser_that_names_no_site_names_an_origin(place: Garden, origin: str, status: int) -> None:
    """It says which site sends a form only where the connection is to be trusted: not over plain http."""
    transport = httpx.ASGITransport(place.app(reach=Reach(public_url="https://garden.example")))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost:8001", headers=AS_ANYBODY
    ) as client:
        answer = await client.post("/", data={"name": "Oak"}, headers={"Origin": origin})
        assert answer.status_code == status
        assert (await client.get("/", headers={"Origin": origin})).status_code == 200


async def test_the_api_can_load_nothing_and_a_page_only_its_own(client: httpx.AsyncClient) -> None:
    api = (await client.get("/v1/trees")).headers["content-security-policy"]
    page = (await client.get("/")).headers["content-security-policy"]
    assert api == "default-src 'none'; frame-ancestors 'none'"
    assert {part.strip() for part in page.split(";")} == {
        "default-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    }


@pytest.mark.parametrize(
    "path",
    ["/static/../conftest.py", "/static/%2e%2e/garden.sqlite", "/static/..%2fgarden.sqlite", "/static/%00"],
)
async def test_nothing_beside_the_static_folder_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/v1/trees/%00", "/v1/trees/a%00b"])
async def test_a_nul_character_in_a_path_is_404(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_a_nul_character_in_a_query_is_400(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/trees?kern=a%00b")
    assert answer.status_code == 400
    assert answer.json()["errors"]


async def test_a_long_path_is_414(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/trees/" + "x" * 600)
    assert answer.status_code == 414
    assert answer.headers["content-type"] == "application/problem+json"
