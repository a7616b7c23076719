# SPDX-License-Identifier: EUPL-1.2
"""Brings one service's database to the version this code needs: the plumbing first, then its own tables.

A service's `migrations/` holds Alembic revisions only; the one `env.py` is in `shared/migrations/`.
"""

from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from shared.store import Database, StoreError


def migrate(database: Database, package: str) -> None:
    """Upgrade to the newest revision, all in one transaction; `package` is e.g. `services.budget`."""
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('kernpuls-migrate'))"))
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{database.service}"'))
        for config in _configs(package):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def pending(connection: Connection, package: str) -> list[str]:
    """The revisions that are still to be applied; empty when the store fits the code."""
    missing = []
    for config in _configs(package):
        options = {"version_table": config.attributes["version_table"]}
        applied = MigrationContext.configure(connection, opts=options).get_current_heads()
        missing += [head for head in ScriptDirectory.from_config(config).get_heads() if head not in applied]
    return missing


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
            f"The database of {database.service} lacks {', '.join(missing)}. Run kernpuls migrate first."
        )


def _configs(package: str) -> list[Config]:
    plumbing = _config(Path(str(files("shared.messaging"))) / "migrations", "alembic_plumbing")
    return [plumbing, _config(Path(str(files(package))) / "migrations", "alembic_service")]


def _config(versions: Path, version_table: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("shared") / "migrations"))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "os")
    config.attributes["version_table"] = version_table
    return config
