# SPDX-License-Identifier: EUPL-1.2
"""An invented service: it writes down every event it handles, and nothing hides that it did so twice."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import uuid4

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, func, insert, select

from shared.contracts.budget import GrantReleased
from shared.contracts.envelope import (
    TYPE_PREFIX,
    Event,
    EventData,
    NewEvent,
    envelope_of,
    nats_subject,
    source_of,
)
from shared.contracts.initiatives import InitiativeStarted
from shared.messaging.transaction import Transaction

SOURCE = source_of("00000099000000999900", "initiatives")
tables = MetaData()
effects = Table(
    "effect",
    tables,
    Column("id", Integer, primary_key=True),
    Column("source", String(100), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("event_id", String(64), nullable=False),
)


def write_down(event: Event[EventData], tx: Transaction) -> Sequence[NewEvent]:
    values = {"source": event.source, "subject": event.subject, "sequence": event.number}
    tx.connection.execute(insert(effects).values(event_id=event.id, **values))
    return []


def effects_of(connection: Connection) -> list[tuple[str, int]]:
    """Subject and sequence of everything handled, in the order in which it was."""
    rows = connection.execute(select(effects.c.subject, effects.c.sequence).order_by(effects.c.id))
    return [(row.subject, row.sequence) for row in rows]


def count_effects(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(effects)).scalar_one()


def started(subject: str) -> NewEvent:
    """An event of the smallest kind."""
    data = InitiativeStarted(
        happened_on=date(2021, 7, 1), kernen=("de-plaat",), actor="official", origin="live"
    )
    return NewEvent(subject, data)


def released(subject: str) -> NewEvent:
    """What a follower says in its turn, of a kind that it does not follow itself."""
    facts = {"happened_on": date(2021, 7, 1), "kernen": ("de-plaat",), "actor": "system", "origin": "live"}
    money = {"initiative_id": subject, "line": "small-help", "year": 2021, "amount_cents": 1}
    return NewEvent(f"after-{subject}", GrantReleased.model_validate(facts | money))


def message(
    subject: str,
    sequence: int,
    data: EventData | None = None,
    event_id: str | None = None,
    source: str = SOURCE,
    version: int = 1,
) -> tuple[str, bytes]:
    """NATS subject and bytes of one event, as the owner would publish it; version 2 is one nobody knows."""
    data = data or started(subject).data
    event = envelope_of(type(data))(
        id=event_id or str(uuid4()),
        source=source,
        type=TYPE_PREFIX + data.TYPE,
        subject=subject,
        time=datetime(2021, 7, 1, 12, tzinfo=UTC),
        dataschema=f"https://waterrijk.example/schemas/{data.TYPE}.json",
        subjectsequence=str(sequence),
        kern="de-plaat",
        gemeente="gm9999",
        correlationid="said-in-a-test",
        data=data,
    )
    known = data.TYPE
    new = known.removesuffix("1") + str(version)
    payload = event.to_bytes().replace(known.encode(), new.encode())
    return nats_subject("gm9999", "de-plaat", new), payload
