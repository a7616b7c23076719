# SPDX-License-Identifier: EUPL-1.2
"""One round: clients write, the power goes, and what the disk still has is held against what was answered."""

import os
import random
import re
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from tests.campaigns.cluster.load import RULES, Load
from tests.campaigns.power.disk import Disk, mounted
from tests.conftest import HERE
from tests.flows.suite import Suite, until

YEAR = datetime.now(ZoneInfo(RULES.timezone)).year
WELL = 90.0  # seconds until everything is told and handled
LOST = re.compile(r"^C1 .* (\d+) the same, (\d+) lost by the stream", re.MULTILINE)
PAUSE = 0.02  # seconds of a client between two commands


Change = tuple[str, str, str]  # a file of the software, a text in it, and another


@dataclass(frozen=True)
class Loss:
    """What was there when the power went, and what was missing when it was back."""

    acknowledged: int
    commands_missing: int
    published: int
    events_missing: int


class Arena:
    """A suite with everything it keeps on one disk, and its clients."""

    def __init__(self, disk: Disk, suite: Suite) -> None:
        self.disk, self.suite, self.load = disk, suite, Load(suite)

    def begin(self) -> None:
        self.suite.up()
        self.suite.post("budget", "/v1/budget-years", year=YEAR, decisionReference="Raadsbesluit")

    def cut(self, rng: random.Random) -> Loss:
        """The power goes, and comes back; the clients get the answers that they still wait for."""
        with self.load.going_on(PAUSE):
            loss = self.lose(rng)
            self.suite.up()
        until(
            lambda: self.suite.on_overview() == len(self.load.submitted),
            "everything is told and handled",
            WELL,
        )
        return loss

    def lose(self, rng: random.Random) -> Loss:
        """The power goes amid writes. What is there when it is back, before anything is started?"""
        self._write_for(rng)
        if rng.random() < 0.2:
            self.suite.stop()  # what is only written at the end is not on the disk yet
        self.disk.lose_power()
        answered = set(self.load.submitted), set(self.load.assessed)
        self._kill_all()
        until(self.disk.is_unmounted, "nobody uses the disk")
        self.disk.mount()
        return self._loss(*answered)

    def _write_for(self, rng: random.Random) -> None:
        """Some seconds, while the kernel writes pages to the disk as it likes."""
        end = time.monotonic() + rng.uniform(1.0, 5.0)
        wanted = len(self.load.submitted) + 20
        while time.monotonic() < end or len(self.load.submitted) < wanted:
            self.disk.write_some(rng)
            time.sleep(rng.uniform(0, 0.3))

    def _kill_all(self) -> None:
        for pid in self.suite.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert self.suite.process
        self.suite.process.wait(10)
        until(lambda: not self.suite.processes(), "all have died")

    def _loss(self, submitted: set[str], assessed: set[str]) -> Loss:
        kept = self._recorded()
        missing = [i for i in submitted if not kept[i, "submitted"]]
        missing += [i for i in assessed if not kept[i, "assessed"]]
        events = LOST.findall(self.suite.run("verify").stdout)  # it starts nats-server alone
        same, lost = (sum(int(each[place]) for each in events) for place in (0, 1))
        return Loss(len(submitted) + len(assessed), len(missing), same + lost, lost)

    def _recorded(self) -> Counter[tuple[str, str]]:
        """How often each initiative is recorded as submitted and as assessed."""
        query = "SELECT subject, nats_subject FROM outbox WHERE nats_subject LIKE '%.initiative.%'"
        try:
            with closing(sqlite3.connect(self.suite.data / "initiatives.sqlite", timeout=20)) as store:
                rows = store.execute(query).fetchall()
        except sqlite3.DatabaseError:  # it is no database any more
            rows = []
        return Counter((subject, nats_subject.rsplit(".", 2)[1]) for subject, nats_subject in rows)

    def repair(self) -> None:
        """What an operator does whose services say that the stream lacks events."""
        until(quietly(lambda: lacks_events(self.suite)), "the loss is told")
        said = self.suite.run("reconcile", "--repair")
        assert said.returncode == 0, said.stdout + said.stderr

    def check(self) -> None:
        """Everything that was ever answered is there, once, and `kernpuls verify` finds nothing."""
        kept = self._recorded()
        assert {i for i, what in kept if what == "submitted"} == set(self.load.submitted)
        assert set(self.load.assessed) == {i for i, what in kept if what == "assessed"}
        assert all(count == 1 for (_, what), count in kept.items() if what in ("submitted", "assessed"))
        said = self.suite.run("verify")
        assert said.returncode == 0, said.stdout + said.stderr


def lacks_events(suite: Suite) -> bool:
    """By the words of a service, which looks for its last event, or finds no stream at all."""
    ready = suite.http.get(suite.url("initiatives", "/health/ready"))
    return "kernpuls reconcile --repair" in ready.text


def quietly(holds: Callable[[], bool]) -> Callable[[], bool]:
    """Not yet, as long as nobody answers."""

    def held() -> bool:
        with suppress(httpx.TransportError):
            return holds()
        return False

    return held


@contextmanager
def arena(folder: Path, change: Change | None = None) -> Iterator[Arena]:
    """The suite as it is, or with one text in it changed."""
    with mounted(folder) as disk:
        suite = Suite(disk.path)
        suite.log = folder / "suite.log"
        if change:
            suite.environment["PYTHONPATH"] = str(changed(folder / "software", *change))
        try:
            found = Arena(disk, suite)
            found.begin()
            yield found
        finally:
            suite.end()


def changed(copy: Path, file: str, before: str, after: str) -> Path:
    for part in ("services", "shared", "deploy"):
        shutil.copytree(HERE.parent / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    text = (copy / file).read_text()
    assert before in text, f"{file} no longer says {before!r}"
    (copy / file).write_text(text.replace(before, after))
    return copy
