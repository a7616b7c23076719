"""A command that is sent again under the same key is answered again, and has no second effect.

The key's row is written in the transaction of the command. Of two requests with one key the second
waits at that row until the first has committed (PostgreSQL) or has its turn (SQLite: one writer). A
refused command rolls its row back, so that it can be repaired and sent again.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    and_,
    bindparam,
    delete,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from shared.contracts.refusals import Refused
from shared.store import Utc, plumbing

idempotency = Table(
    "idempotency",
    plumbing,
    Column("operation", String(600), primary_key=True),  # method and path, ids included
    Column("key", String(255), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer),
    Column("location", String(600)),
    Column("body", LargeBinary),
    Column("created_at", Utc, nullable=False),
    Index("idempotency_created_at", "created_at"),
)


@dataclass(frozen=True)
class Key:
    """What a caller sent to be able to send it again."""

    operation: str
    key: str
    request_hash: str


@dataclass(frozen=True)
class Answer:
    status: int
    location: str | None
    body: bytes


def hash_of(query: str, body: bytes) -> str:
    """The same for the same request, however its JSON is laid out."""
    canonical = json.dumps(json.loads(body), sort_keys=True) if body else ""
    return hashlib.sha256(f"{query}\n{canonical}".encode()).hexdigest()


def claim(connection: Connection, key: Key, now: datetime) -> Answer | None:
    """Take the key for this transaction; the stored answer if it was used before."""
    fresh = {
        "operation": key.operation,
        "key": key.key,
        "request_hash": key.request_hash,
        "created_at": now,
    }
    if connection.execute(_TAKEN[connection.dialect.name], fresh).first():
        return None
    before = connection.execute(_STORED, {"of_operation": key.operation, "of_key": key.key}).one()
    if before.request_hash != key.request_hash:
        raise Refused(
            "idempotency-key-reused",
            "This Idempotency-Key was used before with another request; use a new key for a new request.",
        )
    return Answer(before.status, before.location, before.body)


def keep(connection: Connection, key: Key, answer: Answer) -> None:
    """Store the answer with the key, for whoever did not hear it."""
    stored = {"status": answer.status, "location": answer.location, "body": answer.body}
    connection.execute(_ANSWERED, {"of_operation": key.operation, "of_key": key.key, **stored})


def forget(connection: Connection, before: datetime) -> int:
    """Remove the answers given before a moment; their keys protect nothing any more."""
    return connection.execute(delete(idempotency).where(idempotency.c.created_at < before)).rowcount


# Built once: putting a statement together costs more than running it.
_OF_KEY = and_(idempotency.c.operation == bindparam("of_operation"), idempotency.c.key == bindparam("of_key"))
_TAKEN = {
    "sqlite": sqlite.insert(idempotency).on_conflict_do_nothing().returning(idempotency.c.key),
    "postgresql": postgresql.insert(idempotency).on_conflict_do_nothing().returning(idempotency.c.key),
}
_STORED = select(idempotency).where(_OF_KEY)
_ANSWERED = update(idempotency).where(_OF_KEY)
