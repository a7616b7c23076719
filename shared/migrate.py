# SPDX-License-Identifier: EUPL-1.2
"""Brings one service's database to the version this code needs: the plumbing first, then its own tables.

A service's `migrations/` holds Alembic revisions only; the one `env.py` is in `shared/migrations/`.
"""

from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from shared.migrated import revisions
from shared.store import Database


def migrate(database: Database, package: str) -> None:
    """Upgrade to the newest revision, all in one transaction; `package` is e.g. `services.budget`."""
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('kernpuls-migrate'))"))
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{database.service}"'))
        for config in _configs(package):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _configs(package: str) -> list[Config]:
    return [_config(folder, table) for table, folder in revisions(package).items()]


def _config(versions: Path, version_table: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("shared") / "migrations"))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "os")
    config.attributes["version_table"] = version_table
    return config
