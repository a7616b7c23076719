# SPDX-License-Identifier: EUPL-1.2
"""The tables in the code are those that the migrations make."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.budget import OWNS
from services.budget.tables import books
from shared.store import Database


def test_the_migrations_make_the_tables_of_the_code(budget_store: Database) -> None:
    with budget_store.engine.begin() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or name in books.tables,
            },
        )
        assert compare_metadata(context, books) == []


def test_the_front_door_names_every_table() -> None:
    assert set(OWNS) == set(books.tables)
