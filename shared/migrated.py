# SPDX-License-Identifier: EUPL-1.2
"""Whether a store fits this code. Without Alembic: a service would hold 10 MB for it as long as it runs."""

from importlib.resources import files
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError

from shared.store import Database, StoreError

# The revisions of each are numbered files, and Alembic keeps in this table which is the last one applied.
PLUMBING, SERVICE = "alembic_plumbing", "alembic_service"


def revisions(package: str) -> dict[str, Path]:
    """The folders of the revisions that a service's store goes by, with their tables."""
    shared = Path(str(files("shared.messaging"))) / "migrations"
    return {PLUMBING: shared, SERVICE: Path(str(files(package))) / "migrations"}


def pending(connection: Connection, package: str) -> list[str]:
    """The newest revisions that are still to be applied; empty when the store fits the code."""
    newest = {name: max(folder.glob("0*.py")).stem for name, folder in revisions(package).items()}
    return [stem for name, stem in newest.items() if _applied(connection, name) != stem[:4]]


def _applied(connection: Connection, name: str) -> str | None:
    """The number of the last revision in this table: that of `budget_0003` is 0003."""
    if not inspect(connection).has_table(name):
        return None
    applied = connection.execute(select(column("version_num")).select_from(table(name))).scalar()
    return str(applied).rpartition("_")[2] if applied else None


def require_migrated(database: Database, package: str) -> None:
    """Refuse a store that does not fit this code: handlers would fail on it one by one."""
    try:
        with database.reader.connect() as connection:
            missing = pending(connection, package)
    except SQLAlchemyError as error:
        raise StoreError(
            f"The database of {database.service} does not answer ({type(error).__name__}). "
            "See that it runs and that KERNPULS_DATABASE_URL is right."
        ) from error
    if missing:
        raise StoreError(
            f"The database of {database.service} misses {', '.join(missing)}. Run kernpuls migrate first."
        )
