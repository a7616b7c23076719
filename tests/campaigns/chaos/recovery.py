# SPDX-License-Identifier: EUPL-1.2
"""How long it takes until what was disturbed is ready again, with nobody doing anything about it."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.campaigns.chaos.rig import BACK_WITHIN, Rig
from tests.flows.suite import SERVICES, Suite

LOOK_EVERY = 0.1  # seconds: how exact the times are


@dataclass(frozen=True)
class Back:
    """`of`: service, nats, suite, postgres or disk. `seconds` is none when it did not come back."""

    of: str
    seconds: float | None


class Recovery:
    """Counts from the fault; where another lasted longer (what was stopped, a full disk), from its end."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.back: list[Back] = []
        self._lasted: list[float] = []
        self._watching: list[threading.Thread] = []

    def lasted(self, until: float) -> None:
        """Something lasted until now that keeps others from being ready, too."""
        self._lasted.append(until)

    def watch(self, suite: Suite, what: str, since: float, pid: int | None = None, name: str = "") -> None:
        """`pid` is that of the process that must be gone first."""
        kind = name or {"nats-server": "nats"}.get(what, "service" if what in SERVICES else what)
        ready = self._ready_when(suite, what)
        watching = threading.Thread(target=self._watch, args=[kind, ready, since, pid])
        self._watching.append(watching)
        watching.start()

    def finish(self) -> list[Back]:
        for each in self._watching:
            each.join()
        return self.back

    def _ready_when(self, suite: Suite, what: str) -> Callable[[], bool]:
        if what in SERVICES:
            return lambda: self.rig.is_ready(suite, what)
        if what == "nats-server":
            return lambda: _listens(suite.nats_port) and self.rig.all_ready()
        if what == "postgres":
            return lambda: bool(self.rig.postgres and self.rig.postgres.pid()) and self.rig.all_ready()
        return lambda: all(self.rig.is_ready(suite, each) for each in SERVICES)

    def _watch(self, kind: str, ready: Callable[[], bool], since: float, pid: int | None) -> None:
        deadline = time.monotonic() + BACK_WITHIN
        while (_lives(pid) or not ready()) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)
        now = time.monotonic()
        began = max([since, *(end for end in self._lasted if end <= now)])
        self.back.append(Back(kind, round(now - began, 2) if now < deadline else None))


def _lives(pid: int | None) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in "ZX"


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
