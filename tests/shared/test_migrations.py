# SPDX-License-Identifier: EUPL-1.2
"""The migrations make exactly the tables that the code describes, once, and can be taken back."""

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Callable

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, inspect

from services.suite.discovery import discover
from shared import migrate as room
from shared.migrate import migrate
from shared.migrated import pending, require_migrated, revisions
from shared.service import Service
from shared.store import Database, StoreError, plumbing
from tests.conftest import OpenDatabase
from tests.shared.messaging import probe

PROBE = "tests.shared.messaging.probe"
services = pytest.mark.parametrize("service", discover(), ids=lambda service: service.name)


def tables_of(package: str) -> list[MetaData]:
    """Every description of tables that the modules of a package hold."""
    root = importlib.import_module(package)
    modules = [root]
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        if "migrations" not in found.name.split(".") and not found.name.endswith("__main__"):
            modules.append(importlib.import_module(found.name))
    described = [
        value.metadata for module in modules for value in vars(module).values() if isinstance(value, Table)
    ]
    return list({id(each): each for each in described if each is not plumbing}.values())


def differences(database: Database, described: list[MetaData]) -> list[object]:
    """What Alembic would still have to do; the tables that count revisions aside."""
    with database.engine.connect() as connection:
        options = {"include_name": _is_ours, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, described))  # type: ignore[arg-type]


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and str(name).startswith("alembic_"))


@services
def test_a_service_is_migrated_to_what_its_code_describes(
    open_database: OpenDatabase, service: Service
) -> None:
    database = open_database(service.name)
    migrate(database, service.package)
    described = tables_of(service.package)
    assert described or not service.handlers
    assert differences(database, [plumbing, *described]) == []
    with database.engine.connect() as connection:
        assert pending(connection, service.package) == []
    migrate(database, service.package)
    require_migrated(database, service.package)


def test_a_difference_would_be_seen(open_database: OpenDatabase) -> None:
    database = open_database("probe")
    migrate(database, PROBE)
    assert differences(database, [plumbing, probe.tables]) == []
    assert differences(database, [plumbing])
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE parked ADD COLUMN colour text")
        connection.exec_driver_sql("DROP INDEX outbox_unpublished")
    assert len(differences(database, [plumbing, probe.tables])) == 2


@services
def test_every_migration_can_be_taken_back(open_database: OpenDatabase, service: Service) -> None:
    database = open_database(service.name)
    migrate(database, service.package)
    with database.engine.begin() as connection:
        for config in reversed(room._configs(service.package)):
            config.attributes["connection"] = connection
            command.downgrade(config, "base")
    left = {name for name in inspect(database.engine).get_table_names() if not name.startswith("alembic_")}
    assert left <= {"sqlite_sequence"}
    with pytest.raises(StoreError, match="Run kernpuls migrate first"):
        require_migrated(database, service.package)
    migrate(database, service.package)
    require_migrated(database, service.package)


def test_what_lay_aside_before_lies_aside_still(open_database: OpenDatabase) -> None:
    """The table is made again on SQLite: its rows and its indexes stay."""
    database = open_database("probe")
    migrate(database, PROBE)
    plumbing_config = room._configs(PROBE)[0]

    def to(revision: str, work: Callable[[Config, str], None]) -> None:
        with database.engine.begin() as connection:
            plumbing_config.attributes["connection"] = connection
            work(plumbing_config, revision)

    to("plumbing_0004", command.downgrade)
    row = "(id, event_id, event_type, nats_subject, payload, reason, attempts, parked_at)"
    values = "(7, 'e', 'x', 'y', '', 'dead', 0, '2021-07-01 12:00:00')"
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO parked {row} VALUES {values}")
    to("head", command.upgrade)
    assert differences(database, [plumbing, probe.tables]) == []
    with database.engine.begin() as connection:
        kept = connection.exec_driver_sql("SELECT id, event_id, source FROM parked").all()
        assert [tuple(each) for each in kept] == [(7, "e", "")]
        indexes = {
            each["name"]: each["dialect_options"] for each in inspect(connection).get_indexes("parked")
        }
        if database.is_sqlite:
            made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'parked'").scalar()
            assert "AUTOINCREMENT" in str(made)
    assert all(
        f"{database.engine.dialect.name}_where" in indexes[name] for name in ("parked_open", "parked_due")
    )


def test_a_store_that_was_never_migrated_is_refused_with_a_sentence(database: Database) -> None:
    with pytest.raises(StoreError, match=r"The database of probe misses .*Run kernpuls migrate first"):
        require_migrated(database, PROBE)


def test_a_store_that_does_not_answer_is_refused_with_a_sentence() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing", "probe")
    with pytest.raises(StoreError, match="does not answer"):
        require_migrated(database, PROBE)
    database.close()


@services
def test_what_a_store_lacks_is_found_as_alembic_finds_it(service: Service) -> None:
    """The file with the highest number is the last revision, and its number the last of its name."""
    for config in room._configs(service.package):
        (head,) = ScriptDirectory.from_config(config).get_heads()
        folder = revisions(service.package)[config.attributes["version_table"]]
        assert head.rpartition("_")[2] == max(folder.glob("0*.py")).name[:4]


def test_a_service_that_runs_has_no_alembic_in_it() -> None:
    """It takes a tenth of the memory."""
    told = "import sys, services.initiatives.__main__; sys.exit('alembic' in sys.modules)"
    subprocess.run([sys.executable, "-c", told], check=True)
