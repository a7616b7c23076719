"""A migrated store of the budget service."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.migrate import migrate
from shared.municipality import Municipality, load_municipality
from shared.store import Database
from tests.conftest import HERE, OpenDatabase
from tests.services.budget.books import Books


@pytest.fixture
def budget_store(open_database: OpenDatabase) -> Database:
    """Once on SQLite and once on PostgreSQL."""
    database = open_database("budget")
    migrate(database, "services.budget")
    return database


@pytest.fixture
def books(budget_store: Database, municipality: Municipality) -> Books:
    return Books(budget_store, municipality)


@pytest.fixture
def sqlite_books(tmp_path: Path, municipality: Municipality) -> Iterator[Books]:
    """For what no database can make a difference to."""
    database = Database(f"sqlite:///{tmp_path / 'budget.sqlite'}", "budget")
    migrate(database, "services.budget")
    yield Books(database, municipality)
    database.close()


@pytest.fixture(scope="session")
def buren() -> Municipality:
    return load_municipality(HERE.parent / "deploy" / "municipalities" / "buren.toml")
