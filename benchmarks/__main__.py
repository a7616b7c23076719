# SPDX-License-Identifier: EUPL-1.2
"""python -m benchmarks [--quick] [measure …]: one table, and .cache/benchmarks.json.

`make figures` puts that into docs/performance.md. Only a broken measurement fails, never a slow machine.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import uvloop
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks import (
    consuming,
    growing,
    reading,
    rebuilding,
    relaying,
    serving,
    starting,
    taking_over,
    visible,
)
from benchmarks.figures import GOALS, Sample

OUTPUT = Path(".cache") / "benchmarks.json"
ROUNDS, FEW_ROUNDS = 5, 2


@dataclass(frozen=True)
class Measure:
    """`rounds(folder, size, count)` yields the samples of one round after another."""

    rounds: Callable[[Path, int, int], AsyncIterator[list[Sample]]]
    size: int
    quick: int

    @property
    def name(self) -> str:
        return self.rounds.__name__


MEASURES = (
    Measure(relaying.relay, 20_000, 1_000),
    Measure(consuming.live, 1_000, 50),
    Measure(consuming.catching_up, 100_000, 2_000),
    Measure(rebuilding.rebuild, 1_000_000, 5_000),
    Measure(visible.visible, 500, 30),
    Measure(serving.commands, 6_400, 320),
    Measure(growing.many_versions, 1_000_000, 2_000),
    Measure(growing.many_events, 1_000_000, 5_000),
    Measure(taking_over.taking_over, 0, 0),
    Measure(starting.starting, 0, 0),
    Measure(serving.idle, 0, 0),
    Measure(reading.twice, 512 * 1024, 256 * 1024),
    Measure(reading.probes, 0, 0),
)


def main(words: Sequence[str]) -> None:
    quick, chosen = "--quick" in words, [word for word in words if not word.startswith("-")]
    begin, samples = time.monotonic(), list[Sample]()
    with Progress() as progress:
        for measure in MEASURES:
            if not chosen or measure.name in chosen:
                samples += uvloop.run(_measured(measure, quick, progress))
    told = {
        "commit": commit(),
        "machine": machine(),
        "load": os.getloadavg()[1],
        "whole": not quick and not chosen,
        "seconds": round(time.monotonic() - begin),
        "figures": [_summary(name, samples) for name in dict.fromkeys(each.figure for each in samples)],
        "growth": {
            what: sorted((size, median(times)) for size, times in points.items())
            for what, points in growing.grown.items()
        },
    }
    _tell(told["figures"])  # type: ignore[arg-type]
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(told, indent=2) + "\n")


async def _measured(measure: Measure, quick: bool, progress: Progress) -> list[Sample]:
    rounds = FEW_ROUNDS if quick else ROUNDS
    task = progress.add_task(measure.name, total=rounds)
    found = list[Sample]()
    with tempfile.TemporaryDirectory() as folder:
        async for samples in measure.rounds(Path(folder), measure.quick if quick else measure.size, rounds):
            found += samples
            progress.advance(task)
    return found


def _summary(name: str, samples: list[Sample]) -> dict[str, object]:
    """Medians; the ratio is that of the pairs, as each pair was measured under the same conditions."""
    pairs, goal = [sample for sample in samples if sample.figure == name], GOALS[name]
    ratios = sorted(pair.ratio for pair in pairs)
    return {
        "figure": name,
        "beside": goal.floor,
        "unit": goal.unit,
        "ours": median(pair.ours for pair in pairs),
        "floor": median(pair.floor for pair in pairs),
        "ratio": median(ratios),
        "least": ratios[0],
        "most": ratios[-1],
        "goal": str(goal),
        "met": goal.is_met_by(median(ratios)),
        "rounds": len(pairs),
    }


def _tell(figures: list[dict[str, object]]) -> None:
    table = Table("figure", "ours", "floor", "unit", "ours / floor", "goal", "", title="Speed beside floors")
    for it in figures:
        numbers = (f"{it['ours']:,.2f}", f"{it['floor']:,.2f}", str(it["unit"]))
        spread = f"{it['ratio']:.2f} ({it['least']:.2f} to {it['most']:.2f})"
        table.add_row(str(it["figure"]), *numbers, spread, str(it["goal"]), "" if it["met"] else "missed")
    Console().print(table)


def machine() -> str:
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    processor = names[0].partition(": ")[2] if names else platform.processor()
    return f"{os.cpu_count()} × {processor}, Linux {platform.release()}, Python {platform.python_version()}"


def commit() -> str:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


if __name__ == "__main__":
    main(sys.argv[1:])
