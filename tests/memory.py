# SPDX-License-Identifier: EUPL-1.2
"""Stores in memory, for tests that begin anew a hundred times: a state machine of Hypothesis needs many."""

import sqlite3
from functools import cache

from sqlalchemy import Connection

from shared.migrate import migrate
from shared.store import Database


def in_memory(service: str) -> Database:
    """An empty store of a service. Migrating takes a quarter of a second, copying what came of it none."""
    database = Database("sqlite:///:memory:", service)
    with database.engine.connect() as connection:
        raw = _raw(connection)
        raw.rollback()
        raw.deserialize(_migrated(service))
    return database


def everything_in(database: Database) -> str:
    """All that is stored, as SQL, to look for what must not be there."""
    with database.engine.begin() as connection:
        return "\n".join(_raw(connection).iterdump())


def image_of(database: Database) -> bytes:
    """The store as it is: the same image, unless something was written. Much sooner made than SQL."""
    with database.reader.connect() as connection:
        return _raw(connection).serialize()


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


@cache
def _migrated(service: str) -> bytes:
    database = Database("sqlite:///:memory:", service)
    migrate(database, f"services.{service}")
    image = image_of(database)
    database.close()
    return image
