# SPDX-License-Identifier: EUPL-1.2
"""The NL API Design Rules, one by one; each test bears the rule's id."""

import re
from typing import Any

import httpx
import pytest

from tests.shared.http.conftest import TREE

EVERY_KIND = [
    ("GET", "/v1/trees", 200),
    ("POST", "/v1/trees", 400),
    ("PUT", "/v1/trees", 405),
    ("GET", "/v1/trees/none", 404),
    ("GET", "/v1/trees/", 404),
    ("GET", "/v1/failures", 500),
    ("GET", "/v1/openapi.json", 200),
    ("GET", "/v1/nothing", 404),
    ("GET", "/nothing", 404),
    ("GET", "/", 200),
    ("GET", "/kapot", 500),
    ("GET", "/static/garden.css", 200),
    ("GET", "/static/nothing.css", 404),
    ("POST", "/static/garden.css", 405),
    ("GET", "/health/live", 200),
    ("GET", "/health/ready", 200),
    ("GET", "/metrics", 200),
]
every_kind = pytest.mark.parametrize(("method", "path", "status"), EVERY_KIND)


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


@pytest.fixture
async def document(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/v1/openapi.json")).json()
    return found


async def test_publish_openapi(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/openapi.json", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json()["openapi"].startswith("3.")
    assert set(answer.json()["paths"]) == {
        "/trees", "/trees/{tree_id}", "/trees/{tree_id}/fellings", "/failures",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/v1/docs", "/docs/oauth2-redirect"])
async def test_no_documentation_page_that_loads_from_other_hosts(
    client: httpx.AsyncClient, path: str
) -> None:
    assert (await client.get(path)).status_code == 404


@every_kind
async def test_version_header(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers.get_list("api-version") == ["1.4.2"]


async def test_version_header_is_documented(document: dict[str, Any]) -> None:
    assert document["info"]["version"] == "1.4.2"
    for _path, _method, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status[0] in "23":
                assert answer["headers"]["API-Version"] == {"$ref": "#/components/headers/ApiVersion"}
    assert document["components"]["headers"]["ApiVersion"]["schema"]["type"] == "string"


async def test_uri_version(document: dict[str, Any], client: httpx.AsyncClient) -> None:
    assert document["servers"] == [{"url": "/v1"}]
    for path, method, _operation in operations(document):
        assert not path.startswith("/v1")
        answer = await client.request(method, f"/v1{path}")
        assert answer.json().get("detail") != f"There is nothing at /v1{path}."


async def test_semver(document: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", document["info"]["version"])


@pytest.mark.parametrize("path", ["/v1/trees/", "/v1/", "/v1/trees/x/", "/health/live/", "/static/", "/x/"])
async def test_no_trailing_slash(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "location" not in answer.headers


async def test_no_path_is_redirected(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1")).status_code == 404
    assert (await client.get("/static")).status_code == 404


async def test_path_segments_kebab_case_and_query_keys_camel_case(document: dict[str, Any]) -> None:
    for path, _method, operation in operations(document):
        assert re.fullmatch(r"(/([a-z0-9-]+|\{\w+\}))+", path)
        for parameter in operation.get("parameters", []):
            if parameter.get("in") == "query":
                assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", parameter["name"])


async def test_doc_openapi_contact(document: dict[str, Any]) -> None:
    assert document["info"]["contact"] == {
        "name": "Loket Dorpen",
        "email": "dorpen@waterrijk.example",
        "url": "https://waterrijk.example/dorpen",
    }


@every_kind
async def test_problem_details(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await client.request(method, path)
    if status < 400:
        assert "problem" not in answer.headers["content-type"]
        return
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code == status
    assert problem["title"]
    assert problem["detail"]


async def test_problem_details_are_documented(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        answers = operation["responses"]
        problems = {status for status in answers if status[0] in "45"}
        assert {"400", "500", "503"} <= problems
        assert ("404" in problems) == ("{" in path)
        assert ({"403", "409", "413", "415"} <= problems) == (method == "post")
        assert all(answers[status] == {"$ref": "#/components/responses/Problem"} for status in problems)
    problem = document["components"]["responses"]["Problem"]["content"]["application/problem+json"]
    assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert {"status", "title", "detail"} == set(document["components"]["schemas"]["Problem"]["required"])


async def test_invalid_input_all_errors(client: httpx.AsyncClient) -> None:
    wrong = {"kern": "Noord Oever", "priceCents": -1, "height": 3, "happenedOn": "yesterday"}
    answer = await client.post("/v1/trees", json=wrong)
    assert answer.status_code == 400
    named = {error["field"] for error in answer.json()["errors"]}
    assert named == {"name", "kern", "priceCents", "height", "happenedOn"}
    assert all(error["message"] for error in answer.json()["errors"])


async def test_invalid_input_never_422(document: dict[str, Any]) -> None:
    assert all("422" not in operation["responses"] for _path, _method, operation in operations(document))
    assert "HTTPValidationError" not in document["components"]["schemas"]


async def test_invalid_input_in_the_query(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/trees", params={"limit": "many", "kern": "A B", "after": "?"})
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"limit", "kern", "after"}


async def test_date_time(document: dict[str, Any]) -> None:
    happened_on = document["components"]["schemas"]["PlantTree"]["properties"]["happenedOn"]
    assert "date" in str(happened_on)
    assert "date-time" not in str(happened_on)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/v1/trees", "GET, HEAD, POST"),
        ("DELETE", "/v1/trees/x", "GET, HEAD"),
        ("GET", "/v1/trees/x/fellings", "POST"),
        ("POST", "/v1/openapi.json", "GET, HEAD"),
        ("POST", "/health/live", "GET, HEAD"),
        ("TRACE", "/v1/trees", "GET, HEAD, POST"),
        ("PATCH", "/", "GET, HEAD, POST"),
        ("POST", "/static/garden.css", "GET, HEAD"),
    ],
)
async def test_http_methods_405_allow(client: httpx.AsyncClient, method: str, path: str, allow: str) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allow


async def test_http_methods_head_is_get_without_a_body(client: httpx.AsyncClient) -> None:
    get, head = await client.get("/v1/trees"), await client.head("/v1/trees")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]


@every_kind
async def test_security_headers(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers.get_list("cache-control") == ["no-store"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "default-src" in answer.headers["content-security-policy"]
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_idempotency_key_is_documented_on_every_post(document: dict[str, Any]) -> None:
    for _path, method, operation in operations(document):
        documented = {"$ref": "#/components/parameters/IdempotencyKey"} in operation.get("parameters", [])
        assert documented == (method == "post")
    assert document["components"]["parameters"]["IdempotencyKey"]["name"] == "Idempotency-Key"


async def test_schema_names_are_upper_camel_case(document: dict[str, Any]) -> None:
    names = set(document["components"]["schemas"])
    assert "TreeViewPage" in names
    assert all(re.fullmatch(r"([A-Z][a-z]+)+", name) for name in names)
    answer = document["paths"]["/trees"]["get"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"] == {"$ref": "#/components/schemas/TreeViewPage"}


async def test_created_says_where(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/trees", json=TREE)
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/trees/{answer.json()['id']}"
    assert (await client.get(answer.headers["location"])).json() == answer.json()
    assert answer.json()["plantedOn"] is None
