# SPDX-License-Identifier: EUPL-1.2
"""A command that is sent again under the same key is answered again, and has no second effect.

The key and its answer are the last row of the command's own transaction. Whoever is second meets that
row, or what the first one changed: its transaction is undone, and it is given the answer of the first.
So a command that was sent once pays for one row, and one that is refused leaves none, so that it can be
repaired and sent again under its key.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from shared.contracts.refusals import Refused
from shared.store import Utc, plumbing

idempotency = Table(
    "idempotency",
    plumbing,
    Column("operation", String(600), primary_key=True),  # method and path, ids included
    Column("key", String(255), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("location", String(600)),
    Column("body", LargeBinary, nullable=False),
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
class StoredAnswer:
    status: int
    location: str | None
    body: bytes


def hash_of(query: str, body: bytes) -> str:
    return hashlib.sha256(query.encode() + b"\n" + body).hexdigest()


def meaning_of(said: Any) -> bytes:
    """JSON in one form, however it was written: a client that repeats a request may write it differently."""
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def keep(connection: Connection, key: Key, answer: StoredAnswer, now: datetime) -> None:
    """Store the answer for whoever does not hear it; an IntegrityError if the key was used before.

    On PostgreSQL this waits for another transaction that has stored the same key and is still to end.
    """
    connection.execute(_KEPT, {**vars(key), **vars(answer), "created_at": now})


def find(connection: Connection, key: Key) -> StoredAnswer | None:
    """What was answered under this key, if anything was; Refused if to another request."""
    before = connection.execute(_FOUND, {"of_operation": key.operation, "of_key": key.key}).first()
    if before is None:
        return None
    if before.request_hash != key.request_hash:
        raise Refused(
            "idempotency-key-reused",
            "This Idempotency-Key was used before with another request; use a new key for a new request.",
        )
    return StoredAnswer(before.status, before.location, before.body)


def replace(connection: Connection, location: str, body: bytes) -> None:
    """Answer differently from now on about one thing: what was told of it before is no longer kept."""
    connection.execute(update(idempotency).where(idempotency.c.location == location).values(body=body))


def forget(connection: Connection, before: datetime) -> int:
    """Remove the answers given before a moment; their keys protect nothing any more."""
    return connection.execute(delete(idempotency).where(idempotency.c.created_at < before)).rowcount


# Built once: putting a statement together costs more than running it.
_KEPT = insert(idempotency)
_FOUND = select(idempotency).filter_by(operation=bindparam("of_operation"), key=bindparam("of_key"))
