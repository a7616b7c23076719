# SPDX-License-Identifier: EUPL-1.2
"""What it takes to start the whole suite, beside five processes that import a service each and do nothing."""

import os
import resource
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.figures import Sample
from tests.flows.suite import SERVICES, running

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
    """Seconds of processor time until it is up, with nats-server and the proxy, and MB of memory then."""
    with running(folder, LOG_LEVEL="error") as suite:
        suite.up()
        members = [Path("/proc", str(pid)) for pid in suite.processes()]
        memory = sum(_pss((each / "smaps_rollup").read_text()) for each in members)
        spent = sum(_spent(each) for each in members)
        suite.stop()
    return spent, memory


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
