# SPDX-License-Identifier: EUPL-1.2
"""A picture of how long what was disturbed took to be back: the share that was within so many seconds."""

import json
from collections import defaultdict
from pathlib import Path

from matplotlib import pyplot as plt
from proofs import BACK

PROMISED = 10  # seconds, for a service


def picture(kept: Path, images: Path) -> str:
    """Of the campaigns, not the soaks; returns what shows it."""
    databases = ("sqlite", "postgresql")
    figure, axes = plt.subplots(1, len(databases), figsize=(13, 3.6), sharey=True)
    for axis, database in zip(axes, databases, strict=True):
        took = _took(kept / database / "rounds.jsonl")
        for kind in [kind for kind in BACK if kind in took]:
            seconds = sorted(took[kind])
            shares = [100 * (place + 1) / len(seconds) for place in range(len(seconds))]
            axis.step(seconds, shares, where="post", label=f"{kind} ({len(seconds):,})")
        axis.axvline(PROMISED, color="grey", linestyle=":")
        axis.set(title=database, xlabel="seconds", xlim=(0, None))
        axis.grid(alpha=0.3)
        axis.legend(loc="lower right")
    axes[0].set(ylabel="% back within", ylim=(0, 101))
    figure.tight_layout()
    figure.savefig(images / "chaos-back.png", dpi=90)
    plt.close(figure)
    return "![How much of what was disturbed was ready again within so many seconds](images/chaos-back.png)"


def _took(path: Path) -> dict[str, list[float]]:
    took: dict[str, list[float]] = defaultdict(list)
    for line in path.read_text().splitlines() if path.exists() else ():
        for kind, seconds in json.loads(line)["back"].items():
            took[kind] += seconds
    return took
