# SPDX-License-Identifier: EUPL-1.2
"""An analytics service on both databases that takes events as its consumer does."""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import Connection

from services.analytics.__main__ import SERVICE
from services.analytics.overview import queries
from services.analytics.overview.scope import Scope
from services.analytics.overview.views import Kernen, KernOverview, Overview
from services.analytics.read_model.queries import fingerprint
from shared.contracts.envelope import Event, nats_subject
from shared.http import site
from shared.http.app import create_app
from shared.messaging.decode import Incoming, decode
from shared.messaging.intake import Intake, Taken
from shared.messaging.transaction import Transactions
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.store import Database
from tests.access import AS_ANYBODY, DOOR
from tests.conftest import WATERRIJK, OpenDatabase

T = TypeVar("T")
NOW = datetime(2023, 6, 15, 9, 30, tzinfo=UTC)


def travelled(event: Event[Any]) -> Incoming:
    """The event as the consumer finds it in the stream."""
    kind = event.data.TYPE
    return decode(nats_subject(event.gemeente, event.kern, kind), event.to_bytes(), WATERRIJK)


class Analytics:
    """The service without its bus."""

    def __init__(self, database: Database, municipality: Municipality) -> None:
        self.database, self.municipality = database, municipality
        self.transactions = Transactions(database, municipality, clock=lambda: NOW)
        self.intake = Intake("analytics", SERVICE.handlers, self.transactions)

    def take(self, events: Iterable[Event[Any]]) -> Taken:
        """One batch, in one transaction with the versions."""
        with self.database.engine.begin() as connection:
            return self.intake.take(connection, [travelled(event) for event in events], guarded=False)

    def fingerprint(self) -> str:
        with self.database.reader.connect() as connection:
            return fingerprint(connection)

    def kernen(self, year: int | None = None) -> Kernen:
        return self._read(lambda c: queries.kernen(c, self._scope(year)))

    def kern(self, slug: str, year: int | None = None) -> KernOverview:
        return self._read(lambda c: queries.kern(c, slug, self._scope(year)))

    def whole(self, year: int | None = None) -> Overview:
        return self._read(lambda c: queries.municipality(c, self._scope(year)))

    def _scope(self, year: int | None) -> Scope:
        return Scope(self.municipality, year, NOW.date())

    def _read(self, view: Callable[[Connection], T]) -> T:
        with self.database.reader.connect() as connection:
            return view(connection)


@pytest.fixture
def analytics(open_database: OpenDatabase, municipality: Municipality) -> Analytics:
    database = open_database("analytics")
    migrate(database, SERVICE.package)
    return Analytics(database, municipality)


async def _ready() -> dict[str, str]:
    return {}


@pytest.fixture
async def client(analytics: Analytics) -> AsyncIterator[httpx.AsyncClient]:
    """The service's HTTP side on the same store."""
    site.theme.cache_clear()
    app = create_app(SERVICE, analytics.transactions, _ready, CollectorRegistry(), DOOR)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers=AS_ANYBODY
    ) as found:
        yield found
