# SPDX-License-Identifier: EUPL-1.2
"""What every request is given: a chain it belongs to, and a place in the measurements."""

import json
import re

import httpx
import pytest
from sqlalchemy import select

from shared.messaging.outbox import outbox
from tests.shared.http.conftest import TREE, Garden, client_of

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CHAIN = "8e03978e-40d5-43e8-bc93-6894a57f9324"


async def event_of(place: Garden) -> dict[str, object]:
    payload = await place.database.read(lambda c: c.execute(select(outbox.c.payload)).scalar_one())
    event: dict[str, object] = json.loads(payload)
    return event


async def test_a_command_starts_a_chain_that_its_events_carry(either: Garden) -> None:
    async with client_of(either.app()) as client:
        headers = {"X-Correlation-Id": CHAIN, "traceparent": TRACEPARENT}
        answer = await client.post("/v1/trees", json=TREE, headers=headers)
    event = await event_of(either)
    assert answer.headers["x-correlation-id"] == event["correlationid"] == CHAIN
    assert event["traceparent"] == TRACEPARENT
    assert "causationid" not in event


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "",
        "a b",
        "x" * 65,
        "né",
        "<script>",
        "a\nb",
        "123456782",
        "2021-0042",
        "j.de.vries",
        CHAIN + "0",
    ],
)
async def test_a_correlation_id_that_is_none_is_replaced(
    client: httpx.AsyncClient, place: Garden, sent: str | None
) -> None:
    headers = [] if sent is None else [(b"X-Correlation-Id", sent.encode("latin-1"))]
    answer = await client.post("/v1/trees", json=TREE, headers=headers)
    assert answer.status_code == 201
    given = answer.headers["x-correlation-id"]
    assert given != sent
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", given)
    assert (await event_of(place))["correlationid"] == given


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
        TRACEPARENT + "-more",
    ],
)
async def test_a_traceparent_that_is_none_is_left_out(
    client: httpx.AsyncClient, place: Garden, sent: str
) -> None:
    assert (await client.post("/v1/trees", json=TREE, headers={"traceparent": sent})).status_code == 201
    assert "traceparent" not in await event_of(place)


async def test_every_answer_names_its_chain(client: httpx.AsyncClient) -> None:
    for path in ("/v1/trees", "/v1/nothing", "/v1/failures", "/", "/health/live"):
        answer = await client.get(path, headers={"X-Correlation-Id": CHAIN})
        assert answer.headers.get_list("x-correlation-id") == [CHAIN]


async def test_a_key_that_stands_in_the_query_twice_means_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/trees?limit=2&limit=3")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": "limit", "message": "stands in the query twice; keep one"}]
    assert (await client.get("/v1/trees?limit=2&after=")).json()["errors"][0]["field"] == "after"
