# SPDX-License-Identifier: EUPL-1.2
"""CE-DS: the schemas of the events are served where their `dataschema` says, beside the API."""

import json

import httpx
from jsonschema import Draft202012Validator
from sqlalchemy import select

from shared.messaging.outbox import outbox
from tests.shared.http.conftest import TREE, Garden


async def test_an_event_fits_the_published_schema(client: httpx.AsyncClient, place: Garden) -> None:
    await client.post("/v1/trees", json=TREE)
    payload = await place.database.read(lambda c: c.execute(select(outbox.c.payload)).scalar_one())
    event = json.loads(payload)
    name = event["dataschema"].removeprefix(place.municipality.schema_base)
    answer = await client.get(f"/v1/schemas/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    schema = answer.json()
    assert schema["$id"] == event["dataschema"]
    Draft202012Validator.check_schema(schema)
    judge = Draft202012Validator(schema)
    judge.validate(event)
    assert not judge.is_valid({**event, "data": {**event["data"], "priceCents": "12"}})
    assert not judge.is_valid({**event, "type": "nl.kernpuls.tree.felled.v1"})


async def test_an_unknown_schema_says_which_there_are(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/schemas/tree.felled.v1.json")
    assert answer.status_code == 404
    assert "tree.planted.v1.json" in answer.json()["detail"]
