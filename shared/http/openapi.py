# SPDX-License-Identifier: EUPL-1.2
"""The published description of a service's API, and what FastAPI cannot know of ours."""

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from shared.access.rules import Access, access_of
from shared.http.endpoint import KEY_HEADER, KEY_SHAPE
from shared.http.problems import MEDIA_TYPE, Problem

API = "/v1"
METHODS_WITH_BODY = {"post", "put", "patch"}
PROBLEM = {"$ref": "#/components/responses/Problem"}
KEY = {"$ref": "#/components/parameters/IdempotencyKey"}
TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "An access token (RFC 9068) of an issuer that the municipality named; `x-for` at an "
    "operation lists the roles and scopes of which it needs one",
}
DUTCH = {"kernen": "kern", "kernambtenaren": "kernambtenaar"}
VERSION_HEADER = {"API-Version": {"$ref": "#/components/headers/ApiVersion"}}


def document(app: FastAPI, root: str = "") -> dict[str, Any]:
    """OpenAPI 3.1 with paths below `/v1`, problems instead of FastAPI's 422, and our headers.

    `root` is the prefix by which it is asked for: a client sends its commands there.
    """
    found = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        license_info=app.license_info,
        servers=[{"url": root + API}],
        routes=app.routes,
        separate_input_output_schemas=False,
    )
    found["info"]["contact"] = app.contact  # not by FastAPI: it warns that it cannot check the address
    found["paths"] = {path.removeprefix(API): item for path, item in found["paths"].items()}
    declared = _declared(app)
    for path, item in found["paths"].items():
        for method, operation in item.items():
            _complete(path, method, operation, declared[path, method])
    found["tags"] = [{"name": name} for name in sorted({_room(path) for path in found["paths"]})]
    _add_components(found.setdefault("components", {}))
    return _named(found)


def _declared(app: FastAPI) -> dict[tuple[str, str], Access]:
    """Who may, by path and method."""
    return {
        (path.removeprefix(API), method.lower()): access_of(route.endpoint)
        for route in iter_route_contexts(app.routes)
        if route.endpoint and (path := str(route.path)).startswith(API)
        for method in route.methods or ()
    }


def _room(path: str) -> str:
    """The collection that a path is about: what a generated client makes a module of."""
    return path.split("/")[1]


def operation_id(method: str, path: str) -> str:
    """What a generated client calls a method: `createGrantPayment` for POST /grants/{grantId}/payments."""
    *before, last = [part for part in path.split("/") if part]
    one = last.startswith("{") or (method == "post")
    parts = [_singular(part) for part in before if not part.startswith("{")]
    if not last.startswith("{"):
        parts.append(_singular(last) if one else last)
    verb = "create" if method == "post" else "get" if one or _singular(last) == last else "list"
    return verb + "".join(word.capitalize() for part in parts for word in part.split("-"))


def _singular(part: str) -> str:
    if part in DUTCH:
        return DUTCH[part]
    for many, one in (("ies", "y"), ("ches", "ch"), ("s", "")):
        if part.endswith(many):
            return part.removesuffix(many) + one
    return part


def _complete(path: str, method: str, operation: dict[str, Any], access: Access) -> None:
    operation["tags"], operation["operationId"] = [_room(path)], operation_id(method, path)
    writes = method in METHODS_WITH_BODY
    if writes:
        operation.setdefault("parameters", []).append(KEY)
    responses = operation["responses"]
    responses.pop("422", None)
    for status, answer in responses.items():
        if status[0] in "23":
            answer["headers"] = {**VERSION_HEADER, **answer.get("headers", {})}
    if not access.is_public:
        operation["security"], operation["x-for"] = [{"token": []}], sorted(access.who)
    problems = ["400", "401", "500", "503", *(status for status in responses if status[0] in "45")]
    problems += ["404"] if "{" in path else []
    problems += ["403"] if writes or not access.is_public else []
    problems += ["409", "413", "415"] if writes else []
    for status in sorted(set(problems)):
        responses[status] = PROBLEM


def _add_components(components: dict[str, Any]) -> None:
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    template = "#/components/schemas/{model}"
    problem = Problem.model_json_schema(ref_template=template)
    ours = {**problem.pop("$defs"), "Problem": problem}
    if taken := schemas.keys() & ours.keys():
        raise ValueError(f"{', '.join(taken)}: the name of a part of every problem; rename the model")
    schemas.update(ours)
    components["parameters"] = {
        "IdempotencyKey": {
            "name": KEY_HEADER,
            "in": "header",
            "description": "Chosen by the caller, for example a UUID: however often the same request is sent "
            "under the same key, it has one effect and one answer",
            "schema": {"type": "string", "pattern": KEY_SHAPE},
        }
    }
    components["securitySchemes"] = {"token": TOKEN}
    components["headers"] = {
        "ApiVersion": {
            "description": "The full version of this API",
            "schema": {"type": "string", "examples": ["1.0.0"]},
        }
    }
    components["responses"] = {
        "Problem": {
            "description": "What is wrong, and what to do (RFC 9457)",
            "headers": VERSION_HEADER,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }


def _named(found: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of `Page[View]` its title, ViewPage, for a name: Page_View_ is not UpperCamelCase.

    FastAPI tells two models of one name apart by their modules; their title is one. May raise ValueError.
    """
    schemas = found["components"]["schemas"]
    text = json.dumps(found)
    for name, schema in schemas.items():
        if "_" in name:
            if [each.get("title") for each in schemas.values()].count(schema["title"]) > 1:
                raise ValueError(f"two models of the API are called {schema['title']}: rename one ({name})")
            text = text.replace(f'"{name}"', f'"{schema["title"]}"')
            text = text.replace(f'schemas/{name}"', f'schemas/{schema["title"]}"')
    named: dict[str, Any] = json.loads(text, object_hook=_nullable)
    return named


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """`anyOf` a type and null as a type with null: so a date that may be absent is still seen as a date."""
    match schema:
        case {"anyOf": [{"type": str(kind)}, {"type": "null"}], **kept}:
            given: dict[str, Any] = dict(schema["anyOf"][0])
            if "const" in given:
                given["enum"] = [given.pop("const")]
            if "enum" in given:
                given["enum"] = [*given["enum"], None]  # else null would be of the type and not of the values
            return {**given, "type": [kind, "null"], **kept}
    return schema
