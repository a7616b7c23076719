# SPDX-License-Identifier: EUPL-1.2
"""Every service that follows others, found by discovery, and the examples of all it may hear, in order."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import nats
import pytest
from nats.aio.client import Client
from sqlalchemy import Connection, Integer, Table, select

from services.suite.discovery import discover
from shared.contracts.envelope import Event, EventData, envelope_of
from shared.contracts.examples import STORY, example
from shared.contracts.initiatives import CodedAnswer
from shared.messaging import crash, desk, leader, parked, pull, retry
from shared.messaging.decode import decode
from shared.messaging.intake import HandlerFailed, Intake, Taken
from shared.messaging.outbox import outbox
from shared.messaging.retry import Retry
from shared.messaging.stream import ensure_stream, filters_for
from shared.messaging.transaction import Cause, Transaction, Transactions
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.service import Service
from shared.store import Database
from tests.conftest import WATERRIJK, NatsServer, OpenDatabase
from tests.every_service.before import BEFORE
from tests.every_service.deaths import Fate, Run, as_message
from tests.shared.test_migrations import tables_of

FOLLOWERS = [service for service in discover() if service.handlers]
followers = pytest.mark.parametrize("service", FOLLOWERS, ids=lambda service: service.name)
NOW = datetime(2021, 12, 31, 10, tzinfo=UTC)
STREAM_BYTES = 64 * 1024**2


@pytest.fixture(autouse=True)
def same_ids_and_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a handler makes of an event is the same whenever and however often it runs."""

    def begin(self: Transactions, connection: Connection, cause: Cause) -> Transaction:
        numbers = count()
        root = cause.causation_id or cause.correlation_id
        return Transaction(
            connection,
            NOW,
            self.municipality,
            cause,
            lambda: str(uuid5(NAMESPACE_URL, f"{root}/{next(numbers)}")),
        )

    monkeypatch.setattr(Transactions, "begin", begin)


def history(service: Service, municipality: Municipality) -> list[Event[Any]]:
    """The examples that reach this service, counted from one, in words that the municipality knows."""
    entities = {each.split(".")[3] for each in filters_for(service.handlers, WATERRIJK.code)}
    told: Counter[tuple[str, str]] = Counter()
    events = []
    for subject, _, data in STORY:
        if data.TYPE.split(".")[0] not in entities:
            continue
        event = example(type(data))
        told[event.source, subject] += 1
        numbered = {"subjectsequence": str(told[event.source, subject]), "data": _adapted(data, municipality)}
        events.append(envelope_of(type(data)).model_validate(event.model_dump() | numbered))
    return events


def _adapted(data: EventData, municipality: Municipality) -> EventData:
    line, guide = municipality.default_line, municipality.guide
    answers = tuple(CodedAnswer(criterion=c.id, yes=True) for c in guide.criteria_for(line))
    ours = {"line": line, "guide_version": guide.version, "answers": answers, "origin": "live"}
    fields = set(type(data).model_fields)
    return data.model_copy(update={name: value for name, value in ours.items() if name in fields})


def prepare(database: Database, service: Service, municipality: Municipality) -> None:
    """Migrate, and do what the service has done before."""
    migrate(database, service.package)
    transactions = Transactions(database, municipality)
    for number, work in enumerate(BEFORE.get(service.name, ())):
        with database.engine.begin() as connection:
            tx = transactions.begin(connection, Cause(f"before-{number}"))
            tx.record(work(tx))
            transactions.save([tx])


def state(connection: Connection, service: Service) -> dict[str, list[Any]]:
    """Everything the service's own tables hold, and what it said; numbers that only count rows aside."""
    found: dict[str, list[Any]] = {}
    for metadata in tables_of(service.package):
        for table in metadata.sorted_tables:
            found[table.name] = sorted(map(repr, connection.execute(select(*_telling(table)))))
    said = connection.execute(
        select(outbox.c.subject, outbox.c.sequence, outbox.c.payload).order_by(outbox.c.id)
    )
    found["said"] = sorted((row.subject, row.sequence, _data(row.payload)) for row in said)
    return found


def _telling(table: Table) -> Sequence[Any]:
    counts = [
        c.name for c in table.primary_key if isinstance(c.type, Integer) and len(table.primary_key) == 1
    ]
    return [column for column in table.c if column.name not in counts] or list(table.c)


def _data(payload: bytes) -> str:
    event = json.loads(payload)
    return json.dumps([event["type"], event["data"]], sort_keys=True)


class Follower:
    """One service's intake on its store, without a bus."""

    def __init__(self, database: Database, service: Service, municipality: Municipality) -> None:
        prepare(database, service, municipality)
        self.database, self.service = database, service
        self.intake = Intake(service.name, service.handlers, Transactions(database, municipality))
        self.retry = Retry(self.intake, database, asyncio.Lock(), lambda _taken: None)

    def hear(self, *events: Event[Any]) -> Taken:
        batch = [decode(*as_message(event), WATERRIJK) for event in events]
        try:
            with self.database.engine.begin() as connection:
                return self.intake.take(connection, batch, guarded=False)
        except HandlerFailed:
            with self.database.engine.begin() as connection:
                return self.intake.take(connection, batch, guarded=True)

    def says(self, event: Event[Any]) -> int:
        """Hear it; how many events that led to."""
        return self.hear(event).recorded

    def catch_up(self) -> None:
        """Work off what came too early."""
        with self.database.engine.begin() as connection:
            while self.retry._due(connection):
                self.retry.work_off(connection, lambda _connection: None)

    def state(self) -> dict[str, list[Any]]:
        with self.database.reader.connect() as connection:
            assert parked.listed(connection) == [], [row.error for row in parked.listed(connection)]
            return state(connection, self.service)


@pytest.fixture
def fate(monkeypatch: pytest.MonkeyPatch) -> Fate:
    """Deaths at named points, and shorter waits."""
    fate = Fate()
    monkeypatch.setattr(crash, "here", fate.here)
    for room, name in ((retry, "LOOK_EVERY"), (desk, "LOOK_EVERY"), (leader, "TRY_EVERY")):
        monkeypatch.setattr(room, name, 0.05)
    monkeypatch.setattr(pull, "HEARTBEAT", 0.2)
    monkeypatch.setattr(pull, "SILENCE", 0.5)
    return fate


@pytest.fixture
async def client(own_nats_server: NatsServer) -> AsyncIterator[Client]:
    client = await nats.connect(own_nats_server.url)
    await ensure_stream(client, STREAM_BYTES)
    yield client
    await client.close()


@pytest.fixture
async def run(
    open_database: OpenDatabase,
    own_nats_server: NatsServer,
    client: Client,
    municipality: Municipality,
    service: Service,
    fate: Fate,
) -> AsyncIterator[Run]:
    """Started, with what it did before in the stream."""
    run = Run(service, open_database(service.name), municipality, own_nats_server.url, fate)
    prepare(run.database, service, municipality)
    await run.start()
    await run.until(run.has_told, "did not tell what it did before")
    yield run
    await run.end()
