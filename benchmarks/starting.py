# SPDX-License-Identifier: EUPL-1.2
"""What it takes to start the whole suite, beside five processes that import a service each and do nothing."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks import ground
from benchmarks.figures import Sample

SERVICES = ("analytics", "initiatives", "budget", "surveys", "notifications")
KERNPULS = Path(sys.executable).with_name("kernpuls")
IMPORTED = "import services.{0}.__main__; print(open('/proc/self/smaps_rollup').read())"


async def starting(folder: Path, _count: int, rounds: int) -> AsyncIterator[list[Sample]]:
    """Processor time until it is up, on stores that are there, and its memory then."""
    _started(folder)  # makes the stores
    for _ in range(rounds):
        spent, memory = _started(folder)
        begun, alone = _spent_by_children(), 0.0
        for name in SERVICES:
            command = [sys.executable, "-c", IMPORTED.format(name)]
            alone += _pss(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        yield [
            Sample("start of the suite", spent, _spent_by_children() - begun),
            Sample("memory of the suite", memory, alone),
        ]


def _started(folder: Path) -> tuple[float, float]:
    """Seconds of processor time until it is up, nats-server's included, and MB of memory then."""
    first, told = ground.first_free_port(), {"DATA_DIR": folder, "LOG_LEVEL": "error"}
    told |= {"FIRST_PORT": first, "NATS_PORT": first + 6}
    environment = os.environ | {f"KERNPULS_{name}": str(value) for name, value in told.items()}
    suite = subprocess.Popen([KERNPULS, "up"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert suite.stdout
        assert any("Kernpuls is up" in line for line in suite.stdout)
        members = _members(f"KERNPULS_DATA_DIR={folder}".encode())
        memory = sum(_pss((each / "smaps_rollup").read_text()) for each in members)
        return sum(_spent(each) for each in members), memory
    finally:
        suite.send_signal(signal.SIGTERM)
        suite.communicate(timeout=60)


def _members(mark: bytes) -> list[Path]:
    """The processes that have this in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(entry)
        except OSError:
            continue
    return found


def _spent(process: Path) -> float:
    """Seconds, with those of its processes that have ended."""
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return sum(int(each) for each in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def _pss(rollup: str) -> float:
    """MB, what it shares with others divided by how many share it."""
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


def _spent_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
