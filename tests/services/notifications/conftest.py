# SPDX-License-Identifier: EUPL-1.2
"""A migrated store of the notifications service, a mail server, and events to handle."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.notifications import handlers
from services.notifications.__main__ import SERVICE
from services.notifications.delivery.dispatch import Dispatch
from services.notifications.delivery.smtp import Smtp
from services.notifications.metrics import NoticeMetrics
from shared.contracts.envelope import TYPE_PREFIX, EventData, envelope_of, owner_of, source_of
from shared.contracts.examples import example
from shared.contracts.initiatives import InitiativeSubmitted
from shared.contracts.initiatives.life import InitiativeSupplementRequested
from shared.http.app import create_app
from shared.messaging.broker import Bus
from shared.messaging.decode import decode
from shared.messaging.intake import Intake
from shared.messaging.transaction import Transactions
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.store import Database
from tests.access import AS_ANYBODY, DOOR
from tests.conftest import PATIENCE, WATERRIJK, NatsServer, OpenDatabase
from tests.services.notifications.post import CONTACT, Post, owner, post_office

INITIATIVE = "11111111-1111-4111-8111-111111111111"
SENDER = "dorpen@waterrijk.example"
BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def notices(open_database: OpenDatabase) -> Database:
    database = open_database("notifications")
    migrate(database, "services.notifications")
    return database


@pytest.fixture
def transactions(notices: Database, municipality: Municipality, clock: Clock) -> Transactions:
    return Transactions(notices, municipality, clock)


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office(Post()) as running:
        yield running


@pytest.fixture
def contacts() -> dict[str, Any]:
    """What the owner of the addresses answers, by initiative; a test may add to it."""
    return {INITIATIVE: CONTACT}


@pytest.fixture
async def delivery(
    transactions: Transactions,
    post: Post,
    nats_server: NatsServer,
    notices: Database,
    contacts: dict[str, Any],
) -> AsyncIterator[Dispatch]:
    """Delivers to the mail server, asking the owner of the addresses over a real bus."""
    bus = Bus(nats_server.url, "notifications")
    bus.start()
    await bus.connection()
    smtp = Smtp(f"smtp://127.0.0.1:{post.port}", starttls=False, timeout=PATIENCE)
    async with owner(nats_server.url, notices, contacts):
        yield Dispatch(transactions, bus, smtp, NoticeMetrics(CollectorRegistry()), SENDER, None, lambda: 0.5)
    await bus.stop()


Hear = Callable[..., str]


@pytest.fixture
def hear(transactions: Transactions, clock: Clock) -> Hear:
    """The consumer takes one event; returns its id."""
    intake = Intake("notifications", handlers.HANDLERS, transactions)
    counted: dict[str, int] = {}

    def one(data: EventData, subject: str = INITIATIVE, event_id: str | None = None) -> str:
        counted[subject] = counted.get(subject, 0) + 1
        event = envelope_of(type(data))(
            id=event_id or str(uuid.uuid4()),
            source=source_of("00000099000000999900", owner_of(type(data))),
            type=TYPE_PREFIX + data.TYPE,
            subject=subject,
            time=clock.now,
            dataschema="https://waterrijk.example/schemas/x.json",
            subjectsequence=str(counted[subject]),
            kern=data.kernen[0],
            gemeente="gm9999",
            correlationid="c",
            data=data,
        )
        incoming = decode(f"kernpuls.gm9999.{data.kernen[0]}.{data.TYPE}", event.to_bytes(), WATERRIJK)
        with transactions.database.engine.begin() as connection:
            taken = intake.take(connection, [incoming], guarded=False)
        assert not taken.parkings
        return event.id

    return one


def submitted(**changed: Any) -> InitiativeSubmitted:
    facts: dict[str, Any] = {
        "happened_on": date(2026, 3, 1),
        "kernen": ("noordoever",),
        "actor": "submitter",
        "origin": "live",
        "theme": "green",
        "submitter_kind": "resident",
        "channel": "web",
        "received_on": date(2026, 3, 1),
        "decision_due_on": date(2026, 4, 26),
    }
    return InitiativeSubmitted(**facts | changed)


def supplement_requested() -> InitiativeSupplementRequested:
    found: InitiativeSupplementRequested = example(InitiativeSupplementRequested).data
    return found.model_copy(update={"origin": "live", "kernen": ("noordoever",)})


async def _ready() -> dict[str, str]:
    return {}


@pytest.fixture
async def api(transactions: Transactions) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(SERVICE, transactions, _ready, CollectorRegistry(), DOOR)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost", headers=AS_ANYBODY
    ) as client:
        yield client
