# SPDX-License-Identifier: EUPL-1.2
"""Every cell of docs/access.md, tried by HTTP: each route as each role, as each scope and as nobody."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from prometheus_client import CollectorRegistry

from services.suite.discovery import discover
from services.suite.matrix import COLUMNS, PAGE, Place, page, places
from shared.access.roles import ROLES
from shared.access.session import LOG_IN
from shared.http.app import create_app
from shared.messaging.transaction import Transactions
from shared.municipality import Municipality
from shared.service import Service
from tests.access import DOOR, SESSIONS, bearer
from tests.conftest import OpenDatabase

SERVICES = {service.name: service for service in discover()}
AS = {
    name: bearer([name] if name in ROLES else [], [] if name in ROLES else [name], subject=name)
    for name in COLUMNS
}
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def ready() -> dict[str, str]:
    return {}


@pytest.fixture
async def client(
    service: Service, open_database: OpenDatabase, municipality: Municipality
) -> AsyncIterator[httpx.AsyncClient]:
    transactions = Transactions(open_database(service.name), municipality)
    app = create_app(
        service, transactions, ready, CollectorRegistry(), DOOR, forms_per_hour=10_000, sessions=SESSIONS
    )
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def status_of(client: httpx.AsyncClient, place: Place, name: str | None) -> int:
    """Of a request whose parts are all invented: who is let in gets an error about them."""
    path = re.sub(r"\{(\w+)\}", lambda found: "2021" if found[1] == "year" else "none", place.path)
    body: dict[str, str] | None = {} if place.method == "POST" else None
    headers = AS[name] if name else {}
    return (await client.request(place.method, path, headers=headers, json=body)).status_code


@on_sqlite
@pytest.mark.parametrize("service", SERVICES.values(), ids=list(SERVICES))
async def test_each_route_lets_in_who_may_and_nobody_else(
    service: Service, client: httpx.AsyncClient
) -> None:
    for place in places(service):
        for name in (None, *COLUMNS):
            if place.path.startswith(LOG_IN):
                continue  # it says 403 itself, to who has nothing to log in with
            status = await status_of(client, place, name)
            admitted = place.access.is_public or name in place.access.who
            refused = 401 if name is None else 403
            assert (status not in (401, 403)) if admitted else (status == refused), (place, name, status)


@on_sqlite
@pytest.mark.parametrize("service", SERVICES.values(), ids=list(SERVICES))
async def test_no_other_route_is_there(service: Service, client: httpx.AsyncClient) -> None:
    """What an application answers is what `places` lists, and what is for anybody by its nature."""
    app = client._transport.app  # type: ignore[attr-defined]
    known = {place.path for place in places(service)}
    nature = {"/v1/openapi.json", "/v1/schemas/{name}", "/health/live", "/health/ready", "/metrics"}
    nature |= {"/static", "/static/theme.css"}
    assert {str(route.path) for route in iter_route_contexts(app.routes)} - known <= nature


def test_the_table_is_as_the_code_declares() -> None:
    assert PAGE.read_text() == page(), "python -m services.suite.matrix writes it again"
