# SPDX-License-Identifier: EUPL-1.2
"""Puts what was measured into performance.md and reliability.md: `make figures`.

Each measurement leaves its result in .cache; a text keeps the figures it has where there is no newer result.
"""

import json
import re
from pathlib import Path
from typing import Any

import matplotlib as mpl
import proofs
import recovery
import soak
from matplotlib import pyplot as plt

DOCS = Path(__file__).parent
CACHE = DOCS.parent / ".cache"
# By the name of what a run leaves in .cache: its place in reliability.md, and its table.
ONE_RUN = {
    "mutants": ("mutants", proofs.mutants),
    "fuzz-decoder": ("fuzz", proofs.fuzz),
    "power": ("power", proofs.power),
    "cluster": ("cluster", proofs.cluster),
}
MANY_RUNS = {"crash-all": ("crashes", proofs.crashes), "storms": ("storms", proofs.storms)}


def main() -> None:
    mpl.rcParams["svg.hashsalt"] = "kernpuls"  # so that the same figures make the same file
    if (CACHE / "benchmarks.json").exists():
        told = json.loads((CACHE / "benchmarks.json").read_text())
        if not told["whole"]:
            print("The last benchmark was quick, or of some figures only: it is left out.")
        else:
            fill("performance.md", "benchmarks", benchmarks(told))
            fill("performance.md", "growth", plot(told["growth"]))
    for name, (mark, tell) in ONE_RUN.items():
        if (kept := CACHE / f"{name}.json").exists():
            fill("reliability.md", mark, tell(json.loads(kept.read_text())))
    for name, (mark, tell_all) in MANY_RUNS.items():
        if found := [json.loads(kept.read_text()) for kept in sorted((CACHE / name).glob("*.json"))]:
            fill("reliability.md", mark, tell_all(found))
    if (CACHE / "chaos").is_dir():
        shown = recovery.picture(CACHE / "chaos", DOCS / "images")
        fill("reliability.md", "chaos", f"{proofs.chaos(CACHE / 'chaos')}\n{shown}\n")
        if shown := soak.pictures(CACHE / "chaos", DOCS / "images"):
            fill("reliability.md", "soak", shown)


def fill(name: str, mark: str, text: str) -> None:
    path = DOCS / name
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    between = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
    path.write_text(between.sub(lambda _: f"{begin}\n{text}\n{end}", path.read_text()))
    print(f"{name}: {mark}")


def benchmarks(told: dict[str, Any]) -> str:
    load = told["load"]
    busy = f", load {load:.1f}: a busy machine, so look at the ratios only" if load > 3 else ""
    minutes = told["seconds"] / 60
    where = f"Commit {told['commit']}, {told['machine']}, SQLite{busy}. The whole took {minutes:.0f} minutes."
    rows = [
        (
            it["figure"],
            f"{it['ours']:,.{places(it['ours'])}f} {it['unit']}",
            f"{it['floor']:,.{places(it['floor'])}f} {it['unit']}",
            f"**{it['ratio']:.2f}** ({it['least']:.2f} to {it['most']:.2f})",
            f"{it['goal']}{'' if it['met'] else ', missed'}",
            it["beside"],
        )
        for it in told["figures"]
    ]
    head = ("figure", "ours", "floor", "ours / floor (range)", "goal", "the floor is")
    return f"\n{where}\n\n{proofs.table(head, rows)}\n"


def places(number: float) -> int:
    return 0 if number >= 100 else 2


def plot(growth: dict[str, list[list[float]]]) -> str:
    """Makes the pictures; returns what shows them."""
    shown = []
    for what, points in growth.items():
        if not points:
            continue
        cost, by = what.split(", by ")
        figure, axes = plt.subplots(figsize=(6, 3))
        axes.plot([max(1, x) for x, _ in points], [y for _, y in points], marker="o")
        axes.set(xscale="log", xlabel=f"{by} (from none, drawn at 1)" if points[0][0] == 0 else by)
        axes.set(ylabel=f"ms for {cost}", ylim=(0, 1.5 * max(y for _, y in points)))
        axes.grid(alpha=0.3)
        name = "growth-" + re.sub(r"\W+", "-", by) + ".svg"
        figure.savefig(DOCS / "images" / name, bbox_inches="tight", metadata={"Date": None})
        shown.append(f"![The time of {cost}, by {by}](images/{name})")
    return "\n" + "\n\n".join(shown) + "\n"


if __name__ == "__main__":
    main()
