# SPDX-License-Identifier: EUPL-1.2
"""python -m benchmarks [--quick]: one table, and .cache/benchmarks.json. Only a broken measurement fails."""

import asyncio
import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks import ground, measures

OUTPUT = Path(".cache") / "benchmarks.json"
# name, what is measured, events, events when quick, goal in words
FIGURES = (
    ("relay", measures.relay, 20_000, 2_000, "rate at least 2.0 times the floor's"),
    ("catching up", measures.catching_up, 20_000, 2_000, "rate at least 0.35 of the floor's"),
    ("live, median", measures.live, 300, 30, "time at most 2 times the floor's"),
)


async def once(measure: measures.Measure, count: int) -> measures.Seconds:
    """One measurement on empty stores and an empty stream."""
    with tempfile.TemporaryDirectory() as name, ground.bus(Path(name)) as url:
        async with ground.connected(url) as connection:
            return await measure(Path(name), connection, count)


def main() -> None:
    quick = "--quick" in sys.argv
    rounds = 2 if quick else 5
    table = Table("figure", "events", "ours", "floor", "floor / ours", "goal", title="Speed against floors")
    rows = []
    for name, measure, many, few, goal in FIGURES:
        count = few if quick else many
        took = [asyncio.run(once(measure, count)) for _ in track(range(rounds), description=name)]
        ours, floor = (median(pair[side] for pair in took) for side in (0, 1))
        ratio = median(pair[1] / pair[0] for pair in took)
        each = 1 if name.startswith("live") else count
        table.add_row(name, f"{count:,}", said(ours, each), said(floor, each), f"{ratio:.2f}", goal)
        rows.append(
            {"figure": name, "events": count, "ours": ours, "floor": floor, "ratio": ratio, "goal": goal}
        )
    Console().print(table)
    OUTPUT.parent.mkdir(exist_ok=True)
    told = {
        "commit": commit(),
        "machine": platform.platform(),
        "quick": quick,
        "rounds": rounds,
        "figures": rows,
    }
    OUTPUT.write_text(json.dumps(told, indent=2) + "\n")


def said(seconds: float, each: int) -> str:
    return f"{each / seconds:,.0f}/s" if each > 1 else f"{seconds * 1000:.2f} ms"


def commit() -> str:
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
