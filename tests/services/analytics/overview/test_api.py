# SPDX-License-Identifier: EUPL-1.2
"""The overview over HTTP."""

from datetime import date

import httpx
import pytest

from tests.services.analytics import history as h
from tests.services.analytics.conftest import Analytics
from tests.services.analytics.history import History


@pytest.fixture
def told(analytics: Analytics) -> Analytics:
    kern, day = ("noordoever",), date(2022, 3, 1)
    told = (
        History()
        .say("y", h.adopted(2022, shore=9_000_00))
        .say("i-1", h.submitted(kern, day, origin="example"))
    )
    analytics.take(told.events)
    return analytics


async def test_all_kernen(told: Analytics, client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/kernen")).raise_for_status().json()
    assert [it["name"] for it in answer["items"]] == ["Noordoever", "Zuidoever", "De Plaat (WR)"]
    first = answer["items"][0]
    assert first["initiatives"]["total"] == 1
    assert first["initiatives"]["byState"][0] == {"code": "submitted", "label": "Ontvangen", "count": 1}
    assert first["kernambtenaar"] is False
    assert (answer["fictional"], answer["asOf"]) == (True, "2023-05-01T08:00:01Z")
    assert answer["_links"]["self"]["href"] == "/v1/kernen"


async def test_links_lead_where_they_say(told: Analytics, client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/kernen?year=2022")).json()
    for item in answer["items"]:
        href = item["_links"]["self"]["href"]
        own = (await client.get(href)).raise_for_status().json()
        assert (own["kern"]["slug"], own["_links"]["self"]["href"], own["year"]) == (item["slug"], href, 2022)


async def test_the_municipality(told: Analytics, client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/overview?year=2022")).raise_for_status().json()
    assert answer["money"] == [
        {
            "line": "shore",
            "name": "Oeverfonds",
            "purpose": "grants",
            "year": 2022,
            "budgetCents": 9_000_00,
            "kernMaximumCents": None,
            "reservedCents": 0,
            "committedCents": 0,
            "paidCents": 0,
            "settledCents": 0,
            "reachedPercent": None,
        }
    ]


@pytest.mark.parametrize("year", ["1999", "2101", "x", "2022.5", ""])
async def test_a_year_that_is_none(client: httpx.AsyncClient, year: str) -> None:
    answer = await client.get("/v1/overview", params={"year": year})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "year" in answer.text


async def test_a_kern_that_is_none(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/kernen/atlantis/overview")
    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


async def test_nothing_can_be_written(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/overview", json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
