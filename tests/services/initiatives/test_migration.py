# SPDX-License-Identifier: EUPL-1.2
"""The migrations make exactly the tables that the code reads and writes, and those the front door names."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.initiatives import OWNS
from services.initiatives.__main__ import SERVICE
from services.initiatives.tables import metadata
from tests.services.initiatives.conftest import Room


def test_the_migrated_store_is_what_the_code_expects(room: Room) -> None:
    assert SERVICE.package == "services.initiatives"  # what it is made of is imported, and so all its tables
    with room.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [
            difference
            for difference in compare_metadata(context, metadata)
            if not (difference[0] in ("remove_table", "remove_index") and _is_plumbing(difference[1]))
        ]
    assert differences == []


def test_the_front_door_names_the_tables() -> None:
    assert set(OWNS) == set(metadata.tables)


def _is_plumbing(thing: object) -> bool:
    table = getattr(thing, "table", thing)
    return getattr(table, "name", "") not in OWNS
