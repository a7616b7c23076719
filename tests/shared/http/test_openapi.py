# SPDX-License-Identifier: EUPL-1.2
"""What a generator of clients needs of a description, and FastAPI does not give."""

from enum import StrEnum
from typing import Any, Literal

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from jsonschema import Draft202012Validator
from pydantic import BaseModel, create_model

from shared.access.rules import reads
from shared.http.openapi import document, operation_id


class Colour(StrEnum):
    RED = "red"


class Thing(BaseModel):
    kind: Literal["oak", "elm"] | None
    only: Literal["one"] | None
    colour: Colour | None
    size: int | None


def described(*models: type[BaseModel]) -> dict[str, Any]:
    app, router = FastAPI(), APIRouter()
    app.contact = {}
    for number, model in enumerate(models):
        router.add_api_route(f"/things-{number}", reads("anybody")(lambda: None), response_model=model)
    app.include_router(router, prefix="/v1")
    return document(app)


def test_what_may_be_absent_may_be_null_whatever_its_values() -> None:
    found = described(Thing)
    whole = {"$ref": "#/components/schemas/Thing", "components": found["components"]}
    nothing = dict.fromkeys(Thing.model_fields)
    Draft202012Validator(whole).validate(nothing)
    Draft202012Validator(whole).validate(nothing | {"kind": "elm", "only": "one", "colour": "red", "size": 1})
    assert not Draft202012Validator(whole).is_valid(nothing | {"kind": "ash"})


def test_two_models_of_one_name_stop_the_start() -> None:
    other = create_model("Thing", __module__="elsewhere", weight=(int, ...))
    with pytest.raises(ValueError, match="two models of the API are called Thing"):
        described(Thing, other)


def test_a_model_cannot_have_the_name_of_a_part_of_every_problem() -> None:
    with pytest.raises(ValueError, match="Problem: the name of a part of every problem"):
        described(create_model("Problem", weight=(int, ...)))


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("get", "/grants", "listGrants"),
        ("post", "/grants", "createGrant"),
        ("get", "/grants/{grantId}", "getGrant"),
        ("post", "/grants/{grantId}/payments", "createGrantPayment"),
        ("get", "/budget-years/{year}/lines/{line}/postings", "listBudgetYearLinePostings"),
        ("get", "/budget-years/{year}/statement", "getBudgetYearStatement"),
        ("get", "/kernen/{kern}/feed", "getKernFeed"),
        ("post", "/persons/searches", "createPersonSearch"),
        ("get", "/stories", "listStories"),
        ("post", "/stories", "createStory"),
    ],
)
def test_operations_are_named_by_what_they_are_at(method: str, path: str, name: str) -> None:
    assert operation_id(method, path) == name


async def test_an_unknown_query_parameter_is_refused(client: httpx.AsyncClient) -> None:
    """`?kren=ingen` would answer with all kernen."""
    assert (await client.get("/v1/trees?kern=noordoever&limit=1")).status_code == 200
    refused = await client.get("/v1/trees?kren=noordoever&sort=name")
    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == ["kren", "sort"]
    assert "kern" in refused.json()["errors"][0]["message"]
