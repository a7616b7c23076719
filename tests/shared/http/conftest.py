# SPDX-License-Identifier: EUPL-1.2
"""The garden (garden.py) as an application, on a store of its own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs
from structlog.typing import EventDict

from shared.http.app import create_app
from shared.http.security import Reach
from shared.messaging.transaction import Transactions
from shared.municipality import Municipality
from shared.service import Service
from shared.sqlite import sqlite_url
from shared.store import Database, plumbing
from tests.access import AS_ANYBODY, DOOR
from tests.shared.http import garden


class Garden:
    """What surrounds the application: its store, what is not ready, its registry."""

    def __init__(self, database: Database, municipality: Municipality, static: Path) -> None:
        self.database, self.municipality = database, municipality
        self.registry = CollectorRegistry()
        self.waiting: dict[str, str] = {}
        self.service = Service(
            name="garden",
            port=8099,
            title="Garden",
            api=garden.api,
            pages=garden.pages,
            static=static,
            version="1.4.2",
            publishes=(garden.TreePlanted,),
        )

    async def ready(self) -> dict[str, str]:
        return self.waiting

    def app(self, database: Database | None = None, reach: Reach = Reach()) -> FastAPI:
        transactions = Transactions(database or self.database, self.municipality)
        return create_app(self.service, transactions, self.ready, CollectorRegistry(), DOOR, reach)

    async def counts(self) -> tuple[int, int]:
        """How many trees and how many events there are."""
        return await self.database.read(garden.counts)


@pytest.fixture
def static(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "garden.css").write_text("body { color: green }")
    return folder


def _planted(database: Database, municipality: Municipality, static: Path) -> Garden:
    with database.engine.begin() as connection:
        plumbing.create_all(connection)
        garden.metadata.create_all(connection)
    return Garden(database, municipality, static)


@pytest.fixture
async def place(tmp_path: Path, municipality: Municipality, static: Path) -> AsyncIterator[Garden]:
    """On SQLite, for rules that no database can bend."""
    database = Database(sqlite_url(tmp_path, "garden"), "garden")
    yield _planted(database, municipality, static)
    database.close()


@pytest.fixture
async def either(database: Database, municipality: Municipality, static: Path) -> Garden:
    """Once on SQLite and once on PostgreSQL, for what depends on the database."""
    return _planted(database, municipality, static)


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[EventDict]]:
    """What was logged, instead of printing it: drawing a traceback takes longer than most tests."""
    with capture_logs() as lines:
        yield lines


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost", headers=AS_ANYBODY
    )


@pytest.fixture
async def client(place: Garden) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(place.app()) as calling:
        yield calling


TREE = {"name": "Oak", "kern": "noordoever", "priceCents": 1250}
