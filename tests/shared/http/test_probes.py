# SPDX-License-Identifier: EUPL-1.2
"""For whoever keeps it running: alive, ready, measured."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from shared.http.app import create_app
from shared.messaging.transaction import Transactions
from shared.metrics import Metrics
from tests.access import DOOR
from tests.shared.http.conftest import TREE, Garden, client_of


async def test_live(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_ready(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


async def test_not_ready_says_what_is_not(client: httpx.AsyncClient, place: Garden) -> None:
    place.waiting = {"bus": "no connection since 20:15", "database": "revision 0003 is to be applied"}
    answer = await client.get("/health/ready", headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["notReady"] == place.waiting
    assert "bus, database" in answer.json()["detail"]
    assert (await client.get("/health/live")).status_code == 200


@pytest.fixture
async def measured(place: Garden) -> AsyncIterator[httpx.AsyncClient]:
    registry = CollectorRegistry()
    Counter("garden_storms_total", "Storms", registry=registry).inc(3)
    app = create_app(
        place.service, Transactions(place.database, place.municipality), place.ready, registry, DOOR
    )
    async with client_of(app) as calling:
        yield calling


async def samples(client: httpx.AsyncClient) -> dict[tuple[str, tuple[str, ...]], float]:
    found = await client.get("/metrics")
    assert found.headers["content-type"].startswith("text/plain")
    return {
        (
            sample.name,
            tuple(sample.labels.get(name, "") for name in ("method", "route", "status")),
        ): sample.value
        for family in text_string_to_metric_families(found.text)
        for sample in family.samples
    }


def test_no_series_holds_when_another_began() -> None:
    metrics = Metrics()
    metrics.handled.labels("garden.watered.v1").inc()
    metrics.lag.observe(1)
    text = generate_latest(metrics.registry).decode()
    assert "kernpuls_events_handled_total" in text
    assert "_created" not in text


async def test_the_given_registry_is_served(measured: httpx.AsyncClient) -> None:
    assert (await samples(measured))["garden_storms_total", ("", "", "")] == 3


async def test_requests_are_counted_and_timed_by_route(measured: httpx.AsyncClient) -> None:
    location = (await measured.post("/v1/trees", json=TREE)).headers["location"]
    await measured.post("/v1/trees", json={})
    await measured.get(location)
    await measured.get("/v1/trees/unknown")
    await measured.get("/v1/failures")
    await measured.get("/v1/no/such/thing")
    await measured.get("/")
    await measured.get("/static/garden.css")
    await measured.get("/health/live")
    found = await samples(measured)
    for method, route, status in (
        ("POST", "/v1/trees", "201"),
        ("POST", "/v1/trees", "400"),
        ("GET", "/v1/trees/{tree_id}", "200"),
        ("GET", "/v1/trees/{tree_id}", "404"),
        ("GET", "/v1/failures", "500"),
        ("GET", "none", "404"),
        ("GET", "/", "200"),
        ("GET", "/static", "200"),
        ("GET", "/health/live", "200"),
    ):
        assert found["http_requests_total", (method, route, status)] == 1
        assert found["http_request_seconds_count", (method, route, "")] >= 1
    assert found["http_request_seconds_sum", ("POST", "/v1/trees", "")] > 0


async def test_no_label_holds_what_a_caller_made_up(measured: httpx.AsyncClient) -> None:
    location = (await measured.post("/v1/trees", json=TREE)).headers["location"]
    for number in range(20):
        await measured.request(f"METHOD{number}", location)
        await measured.get(f"/v1/made-up-{number}")
        await measured.get(f"/static/made-up-{number}")
    found = (await measured.get("/metrics")).text
    assert location.rpartition("/")[2] not in found
    assert "made-up" not in found
    assert "METHOD" not in found
    assert 'method="other",route="/v1/trees/{tree_id}",status="405"' in found
    assert re.search(r'http_requests_total\{method="GET",route="none",status="404"\} 20\.0', found)


async def test_nobody_is_answered_before_what_comes_first_is_done(place: Garden) -> None:
    app = place.app()
    app.state.serves = lambda: False
    async with client_of(app) as early:
        refused = await early.get("/v1/trees")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
        assert (await early.get("/health/live")).status_code == 200
        app.state.serves = lambda: True
        assert (await early.get("/v1/trees")).status_code == 200
