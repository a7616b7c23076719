# SPDX-License-Identifier: EUPL-1.2
"""An initiatives service with a clock of its own, on both databases, and the requests it is sent."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import select

from services.initiatives.__main__ import SERVICE
from services.initiatives.assessment.commands import AssessInitiative
from services.initiatives.initiative import handlers
from services.initiatives.initiative.commands import (
    RequestSupplement,
    SubmitInitiative,
    SupplementInitiative,
)
from services.initiatives.initiative.queries import one
from services.initiatives.initiative.views import InitiativeView
from services.initiatives.kernambtenaren import handlers as kernambtenaren
from services.initiatives.kernambtenaren.commands import AppointKernambtenaar, EndAppointment
from services.initiatives.timers import TIMERS
from shared.contracts.budget import GrantData
from shared.contracts.envelope import Event, EventData, NewEvent, envelope_of
from shared.http.app import create_app
from shared.messaging.outbox import outbox
from shared.messaging.transaction import Cause, Transaction, Transactions
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.store import Database
from tests.access import AS_ANYBODY, DOOR
from tests.conftest import OpenDatabase

NOW = datetime(2021, 6, 15, 22, 30, tzinfo=UTC)
TODAY = date(2021, 6, 16)  # past midnight in the municipality

SUBMISSION: dict[str, Any] = {
    "kernen": ["noordoever", "de-plaat"],
    "theme": "water",
    "submitterKind": "residents-group",
    "title": "Een steiger voor iedereen",
    "description": "Wij willen een steiger.\n\tMet een bank.",
    "channel": "web",
    "amountAskedCents": 350_00,
    "wantedStartDate": "2021-09-01",
    "contact": {
        "name": "Kanarie Naam",
        "email": "kanarie-mail@voorbeeld.example",
        "phone": "06-kanarie-telefoon",
        "address": "Kanariestraat 1",
    },
}
YES = [{"criterion": "for-more-than-one", "yes": True, "reason": "Voor het hele dorp."}]
ASSESSMENT: dict[str, Any] = {
    "answers": YES,
    "goals": [2],
    "supportKinds": ["knowledge"],
    "publicTitle": "Steiger in Noordoever",
    "publicSummary": "Een steiger om te zwemmen en te zitten.",
}
MONEY_ASKED: dict[str, Any] = {
    **ASSESSMENT,
    "answers": [*YES, {"criterion": "cannot-without", "yes": True, "reason": "Hout is duur."}],
    "supportKinds": ["knowledge", "money"],
    "amountCents": 350_00,
}
APPOINTMENT: dict[str, Any] = {
    "officerId": "officer-7",
    "kernen": ["noordoever", "zuidoever"],
    "validFrom": "2021-01-01",
    "functionalAddress": "kern-noord@waterrijk.example",
}


class Room:
    """The service without HTTP or bus: what it is told, the events it returns, what its store then says."""

    def __init__(self, database: Database, municipality: Municipality) -> None:
        self.database, self.municipality = database, municipality
        self.now = NOW
        self.transactions = Transactions(database, municipality, clock=lambda: self.now)

    def told(self, work: Callable[[Transaction], Sequence[NewEvent]]) -> list[EventData]:
        """The events of one transaction, recorded."""
        with self.database.engine.begin() as connection:
            tx = self.transactions.begin(connection, Cause("because"))
            events = work(tx)
            tx.record(events)
            self.transactions.save([tx])
        return [event.data for event in events]

    def submit(self, initiative_id: str = "i1", **changes: Any) -> list[EventData]:
        command = SubmitInitiative.model_validate(SUBMISSION | changes)
        return self.told(lambda tx: handlers.submit(initiative_id, command, tx))

    def assess(self, body: dict[str, Any], initiative_id: str = "i1") -> list[EventData]:
        command = AssessInitiative.model_validate(body)
        return self.told(lambda tx: handlers.assess(initiative_id, command, tx))

    def appoint(self, appointment_id: str = "a1", **changes: Any) -> list[EventData]:
        command = AppointKernambtenaar.model_validate(APPOINTMENT | changes)
        return self.told(lambda tx: kernambtenaren.appoint(appointment_id, command, tx))

    def ask_supplement(self, initiative_id: str = "i1", **body: Any) -> list[EventData]:
        command = RequestSupplement.model_validate(body)
        return self.told(lambda tx: handlers.ask_supplement(initiative_id, command, tx))

    def supplement(self, initiative_id: str = "i1", **body: Any) -> list[EventData]:
        command = SupplementInitiative.model_validate(body)
        return self.told(lambda tx: handlers.supplement(initiative_id, command, tx))

    def tick(self) -> list[EventData]:
        """What the leader does now and then, until nothing is due."""
        told = [event for timer in TIMERS for event in self.told(timer)]
        return told + self.tick() if told else []

    def relieve(self, appointment_id: str = "a1", **body: Any) -> list[EventData]:
        command = EndAppointment.model_validate(body)
        return self.told(lambda tx: kernambtenaren.relieve(appointment_id, command, tx))

    def hear(self, data: GrantData) -> list[EventData]:
        return self.told(lambda tx: handlers.follow_grant(recorded(data), tx))

    def view(self, initiative_id: str = "i1") -> InitiativeView:
        with self.database.reader.connect() as connection:
            return one(connection, self.municipality, initiative_id)

    def events(self) -> list[bytes]:
        """Every event as it travels."""
        with self.database.reader.connect() as connection:
            return list(connection.execute(select(outbox.c.payload).order_by(outbox.c.id)).scalars())


_numbers = count(1)


def recorded(data: GrantData) -> Event[Any]:
    """An event of the budget as the consumer hands it over."""
    return envelope_of(type(data))(
        id=f"event-{next(_numbers)}",
        source="urn:nld:oin:00000099000000999900:systeem:budget",
        type=f"nl.kernpuls.{data.TYPE}",
        subject=f"grant-of-{data.initiative_id}",
        time=datetime(2021, 6, 15, 22, 31, tzinfo=UTC),
        dataschema=f"https://waterrijk.example/schemas/{data.TYPE}.json",
        subjectsequence="1",
        kern=data.kernen[0],
        gemeente="gm9999",
        correlationid="chain",
        data=data,
    )


@pytest.fixture
def room(open_database: OpenDatabase, municipality: Municipality) -> Room:
    database = open_database("initiatives")
    migrate(database, "services.initiatives")
    return Room(database, municipality)


async def _ready() -> dict[str, str]:
    return {}


def client_of(room: Room) -> httpx.AsyncClient:
    """The service's HTTP API on the store of a room."""
    app = create_app(SERVICE, room.transactions, _ready, CollectorRegistry(), DOOR)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost", headers=AS_ANYBODY
    )


@pytest.fixture
async def api(room: Room) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(room) as client:
        yield client


@pytest.fixture(scope="module")
def quiet_room(tmp_path_factory: pytest.TempPathFactory, municipality: Municipality) -> Iterator[Room]:
    """One store for many requests that must write nothing; it holds one initiative, `i1`."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('quiet') / 'initiatives.sqlite'}", "initiatives")
    migrate(database, "services.initiatives")
    room = Room(database, municipality)
    room.submit()
    yield room
    database.close()


@pytest.fixture
async def quiet_api(quiet_room: Room) -> AsyncIterator[httpx.AsyncClient]:
    """For requests that must be refused: afterwards the store is as it was."""
    before = quiet_room.view(), quiet_room.events()
    async with client_of(quiet_room) as client:
        yield client
        for path, stored in (("initiatives", 1), ("kernambtenaren", 0)):
            assert len((await client.get(f"/v1/{path}")).json()["items"]) == stored
    assert (quiet_room.view(), quiet_room.events()) == before
