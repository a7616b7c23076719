# SPDX-License-Identifier: EUPL-1.2
"""Stores in memory, for tests that begin anew a hundred times: a state machine of Hypothesis needs many."""

from functools import cache

from shared.migrate import migrate
from shared.store import Database


def in_memory(service: str) -> Database:
    """An empty store of a service. Migrating takes a quarter of a second, copying what came of it none."""
    database = Database("sqlite:///:memory:", service)
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.rollback()
        raw.executescript(_migrated(service))
    return database


def everything_in(database: Database) -> str:
    """All that is stored, as SQL: two stores that hold the same say the same."""
    with database.engine.begin() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        return "\n".join(raw.iterdump())


@cache
def _migrated(service: str) -> str:
    database = Database("sqlite:///:memory:", service)
    migrate(database, f"services.{service}")
    said = everything_in(database)
    database.close()
    return said
