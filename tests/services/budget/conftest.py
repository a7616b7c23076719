# SPDX-License-Identifier: EUPL-1.2
"""A migrated store of the budget service, and its HTTP API on it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.budget.__main__ import SERVICE
from shared.http.app import create_app
from shared.migrate import migrate
from shared.municipality import Municipality, load_municipality
from shared.store import Database
from tests.access import AS_ANYBODY, DOOR, as_second
from tests.conftest import HERE, OpenDatabase
from tests.services.budget.books import Books


@pytest.fixture
def budget_store(open_database: OpenDatabase) -> Database:
    """Once on SQLite and once on PostgreSQL."""
    database = open_database("budget")
    migrate(database, "services.budget")
    return database


@pytest.fixture
def books(budget_store: Database, municipality: Municipality) -> Books:
    return Books(budget_store, municipality)


async def by_another(request: httpx.Request) -> None:
    as_second(request)


async def _ready() -> dict[str, str]:
    return {}


@pytest.fixture
async def api(books: Books) -> AsyncIterator[httpx.AsyncClient]:
    """The service's HTTP API on the same store."""
    app = create_app(SERVICE, books.transactions, _ready, CollectorRegistry(), DOOR)
    transport = httpx.ASGITransport(app=app)
    hooks = {"request": [by_another]}  # who orders a payment does not send it too
    async with httpx.AsyncClient(
        event_hooks=hooks, transport=transport, base_url="http://localhost", headers=AS_ANYBODY
    ) as client:
        yield client


@pytest.fixture(scope="session")
def buren() -> Municipality:
    return load_municipality(HERE.parent / "deploy" / "municipalities" / "buren.toml")
