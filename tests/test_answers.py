# SPDX-License-Identifier: EUPL-1.2
"""That the check of every answer sees what is wrong with one."""

import pytest

from tests.answers import Described

COUNT = {"type": "object", "required": ["many"], "properties": {"many": {"type": ["integer", "null"]}}}
DESCRIBED = Described(
    {
        "paths": {
            "/things/{id}": {"get": {"responses": {"200": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Count"}
            }}}, "404": {"$ref": "#/components/responses/Problem"}}}},
            "/things/first": {"get": {"responses": {"200": {"content": {"text/csv": {}}}, "204": {}}}},
        },
        "components": {
            "schemas": {"Count": COUNT},
            "responses": {
                "Problem": {"content": {"application/problem+json": {"schema": {"type": "object"}}}}
            },
        },
    }
)  # fmt: skip
JSON, PROBLEM = "application/json; charset=utf-8", "application/problem+json"


@pytest.mark.parametrize(
    ("path", "status", "kind", "body"),
    [
        ("/v1/things/7", 200, JSON, b'{"many": 3}'),
        ("/v1/things/7", 200, JSON, b'{"many": null}'),
        ("/v1/things/7", 404, PROBLEM, b"{}"),
        ("/v1/things/first", 200, "text/csv", b"a,b"),
        ("/v1/things/first", 204, "", b""),
        ("/v1/elsewhere", 404, PROBLEM, b"{}"),
        ("/v1/openapi.json", 200, JSON, b"[]"),
        ("/a-page", 200, "text/html", b"<p>"),
    ],
)
def test_an_answer_as_described_has_no_fault(path: str, status: int, kind: str, body: bytes) -> None:
    assert DESCRIBED.faults("GET", path, status, kind, body) == []


@pytest.mark.parametrize(
    ("method", "path", "status", "kind", "body", "fault"),
    [
        ("GET", "/v1/things/7", 200, JSON, b'{"many": "three"}', "$.many 'three' is not of type"),
        ("GET", "/v1/things/7", 200, JSON, b"{}", "'many' is a required property"),
        ("GET", "/v1/things/7", 202, JSON, b"{}", "not described to answer 202"),
        ("GET", "/v1/things/7", 404, PROBLEM, b"[]", "is not of type 'object'"),
        ("GET", "/v1/things/7", 200, "text/html", b"<p>", "with text/html"),
        ("GET", "/v1/things/first", 200, JSON, b'{"many": 3}', "with application/json"),
        ("PUT", "/v1/things/7", 200, JSON, b'{"many": 3}', "PUT /v1/things/7 is not described"),
        ("GET", "/v1/elsewhere", 200, JSON, b"{}", "GET /v1/elsewhere is not described"),
    ],
)
def test_a_fault_of_each_kind_is_found(
    method: str, path: str, status: int, kind: str, body: bytes, fault: str
) -> None:
    [found] = DESCRIBED.faults(method, path, status, kind, body)
    assert fault in found
