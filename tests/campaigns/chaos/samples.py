# SPDX-License-Identifier: EUPL-1.2
"""What a rig holds while it lives: memory of its processes, rows of its tables, bytes on its disk."""

import csv
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from sqlalchemy import inspect, text

from services.suite.operate import opened
from tests.campaigns.chaos.rig import Rig
from tests.flows.suite import SERVICES

EVERY = 5.0  # seconds


class Samples:
    """Lines of `second, round, what, of, value`; memory in kB, sizes in bytes."""

    def __init__(self, rig: Rig, path: Path) -> None:
        self.rig, self._file = rig, path.open("w", newline="", buffering=1)
        self._lines = csv.writer(self._file)
        self._lines.writerow(["second", "round", "what", "of", "value"])
        self._began, self._round, self._ended = time.monotonic(), 0, threading.Event()
        self._thread = threading.Thread(target=self._run, name="samples")

    def __enter__(self) -> "Samples":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._file.close()

    def take(self, number: int) -> None:
        """After a round: the rows of every table."""
        self._round = number
        for service in SERVICES.values():
            with opened(self.rig.settings, service) as database, database.reader.connect() as connection:
                for name in inspect(connection).get_table_names():
                    count = connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
                    self._note("rows", f"{service.name}.{name}", count)

    def _run(self) -> None:
        while not self._ended.wait(EVERY):
            for suite in self.rig.suites:
                for pid, line in suite.processes().items():
                    with suppress(OSError, StopIteration):
                        self._note("memory", f"{suite.folder.name}.{_name(line)}", _resident(pid))
            for what, size in self._sizes().items():
                self._note("bytes", what, size)

    def _sizes(self) -> Counter[str]:
        sizes: Counter[str] = Counter()
        with suppress(OSError):
            for root in (self.rig.disk, self.rig.suites[0].data):
                for path in root.rglob("*"):
                    with suppress(OSError):
                        if path.is_file() and path.name != "filler":
                            sizes["stream" if "nats" in path.parts else "stores"] += path.stat().st_size
        return sizes

    def _note(self, what: str, of: str, value: int) -> None:
        self._lines.writerow([round(time.monotonic() - self._began, 1), self._round, what, of, value])


def _name(line: str) -> str:
    service = line.partition("services.")[2].split(" ")[0]
    return service or ("nats-server" if "nats-server" in line else "suite")


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(each.split()[1]) for each in status.splitlines() if each.startswith("VmRSS"))
