# SPDX-License-Identifier: EUPL-1.2
"""Pictures of what a suite held while it was under fire for long: tests/campaigns/chaos/samples.py."""

import csv
import json
from collections import defaultdict
from pathlib import Path

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

Points = list[tuple[float, float]]
FLAT = ("lease", "parked", "stream_seen", "operator_request")  # tables that must not grow with what is asked


def pictures(kept: Path, images: Path) -> str:
    """Of each soak: memory by the minute, and rows and bytes by the commands acknowledged so far.

    What shows them; nothing where there is no soak, so that the text keeps the pictures it has.
    """
    shown = []
    for folder in sorted(kept.glob("soak-*")):
        for path in sorted(folder.glob("samples-*.csv")):
            database = folder.name.removeprefix("soak-")
            name = f"soak-{database}.png"
            figure, axes = plt.subplots(1, 3, figsize=(13, 3.6))
            _draw(path, _acknowledged(folder), axes)
            figure.tight_layout()
            figure.savefig(images / name, dpi=90)
            plt.close(figure)
            shown.append(f"![Memory, size and rows of a suite under fire, {database}](images/{name})")
    return "\n" + "\n\n".join(shown) + "\n" if shown else ""


def _acknowledged(folder: Path) -> dict[int, int]:
    """How many commands were acknowledged by the end of each round."""
    total, by_round = 0, {}
    for line in (folder / "rounds.jsonl").read_text().splitlines():
        told = json.loads(line)
        total += told["acknowledged"]
        by_round[told["number"]] = total
    return by_round


def _draw(path: Path, acknowledged: dict[int, int], axes: list[Axes]) -> None:
    memory, sizes, rows = defaultdict(Points), defaultdict(Points), defaultdict(Points)
    with path.open() as file:
        for line in csv.DictReader(file):
            at, value = float(line["second"]), float(line["value"])
            commands = acknowledged.get(int(line["round"]), 0)
            if line["what"] == "memory" and line["of"].startswith("one."):
                memory[line["of"].removeprefix("one.")].append((at / 60, value / 1024))
            elif line["what"] == "bytes":
                sizes[line["of"]].append((commands, value / 1024**2))
            elif line["what"] == "rows":
                table = line["of"].partition(".")[2]
                rows[table if table in FLAT else "all others"].append((commands, value))
    for name, points in memory.items():
        axes[0].plot(*zip(*points, strict=True), label=name, linewidth=0.8)
    axes[0].set(title="memory, MB", xlabel="minutes", ylim=(0, None))
    for name, points in sizes.items():
        axes[1].plot(*zip(*points, strict=True), label=name)
    axes[1].set(title="on the disk, MB", xlabel="commands acknowledged", ylim=(0, None))
    for name, points in rows.items():
        axes[2].plot(*zip(*_summed(points), strict=True), label=name)
    axes[2].set(title="rows of tables", xlabel="commands acknowledged", yscale="symlog", ylim=(0, None))
    for each in axes:
        each.grid(alpha=0.3)
        each.legend(fontsize=7, loc="best")


def _summed(points: Points) -> Points:
    """Over all services: one point for each round."""
    sums: dict[float, float] = defaultdict(float)
    for commands, value in points:
        sums[commands] += value
    return sorted(sums.items())
