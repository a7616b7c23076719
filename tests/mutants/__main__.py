# SPDX-License-Identifier: EUPL-1.2
"""python -m tests.mutants [word …]: sows each fault into a copy of the code, runs the tests that must see it.

Fails when a fault goes unseen, when its place in the code is no longer there, or when its tests fail
without it. Words choose the faults whose name or file holds one of them.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.mutants.domain import DOMAIN
from tests.mutants.doors import DOORS
from tests.mutants.edges import EDGES
from tests.mutants.mutant import Mutant
from tests.mutants.plumbing import PLUMBING

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / ".cache" / "mutants.json"
COPIED = ("services", "shared", "tests", "deploy", "pyproject.toml")
WORKERS = 2
LIMIT = 120  # seconds; a fault may as well make the software hang
SEEN, UNSEEN, GONE = "seen", "unseen", "its place is gone"


@dataclass(frozen=True)
class Verdict:
    mutant: Mutant
    outcome: str
    by: str
    seconds: float


def main(words: Sequence[str]) -> int:
    chosen = [
        m for m in PLUMBING + EDGES + DOORS + DOMAIN if not words or any(w in m.name + m.file for w in words)
    ]
    with tempfile.TemporaryDirectory() as name:
        copies: SimpleQueue[Path] = SimpleQueue()
        for worker in range(WORKERS):
            copies.put(_copied(Path(name) / str(worker)))
        _require_well(copies, chosen)
        verdicts = _judge_all(copies, chosen)
    _tell(verdicts)
    if not words:
        _keep(verdicts)
    return any(verdict.outcome != SEEN for verdict in verdicts)


def _copied(copy: Path) -> Path:
    for part in COPIED:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / part)
    return copy


def _require_well(copies: "SimpleQueue[Path]", chosen: list[Mutant]) -> None:
    """Tests that fail anyway see nothing."""
    copy = copies.get()
    for kind in (False, True):
        tests = sorted({test for mutant in chosen if mutant.on_postgresql == kind for test in mutant.tests})
        if failed := tests and _run(copy, tests, kind, 900, "-n", "2"):
            raise SystemExit(f"Without any fault this fails: {failed}")
    copies.put(copy)


def _judge_all(copies: "SimpleQueue[Path]", chosen: list[Mutant]) -> list[Verdict]:
    def judge(mutant: Mutant) -> Verdict:
        copy = copies.get()
        try:
            return _judge(copy, mutant)
        finally:
            copies.put(copy)
            bar.advance(task)

    with Progress() as bar, ThreadPoolExecutor(WORKERS) as pool:
        task = bar.add_task("faults", total=len(chosen))
        return list(pool.map(judge, chosen))


def _judge(copy: Path, mutant: Mutant) -> Verdict:
    begin, file = time.monotonic(), copy / mutant.file
    before = file.read_text()
    if before.count(mutant.old) != 1:
        return Verdict(mutant, GONE, "", 0)
    file.write_text(before.replace(mutant.old, mutant.new))
    try:
        failed = _run(copy, list(mutant.tests), mutant.on_postgresql, LIMIT)
    finally:
        file.write_text(before)
    return Verdict(mutant, SEEN if failed else UNSEEN, failed, time.monotonic() - begin)


def _run(copy: Path, tests: list[str], on_postgresql: bool, limit: float, *more: str) -> str:
    """The first test that fails; empty when none does."""
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "--tb=no", *more]
    command += ["-k", "postgresql" if on_postgresql else "not postgresql"]
    try:
        ran = subprocess.run(
            [*command, *tests],
            cwd=copy,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
            env=os.environ | {"PATIENCE": "15"},
        )
    except subprocess.TimeoutExpired:
        return "hangs"
    told = [line.split(" ")[1] for line in ran.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    if ran.returncode > 1 and not told:
        raise SystemExit(ran.stdout + ran.stderr)
    return told[0].rpartition("/")[2] if ran.returncode else ""


def _tell(verdicts: list[Verdict]) -> None:
    table = Table("fault", "file", "outcome", "by", "seconds")
    for it in verdicts:
        style = None if it.outcome == SEEN else "red"
        table.add_row(it.mutant.name, it.mutant.file, it.outcome, it.by, f"{it.seconds:.1f}", style=style)
    Console(width=180).print(table)
    Console().print(f"{sum(it.outcome == SEEN for it in verdicts)} of {len(verdicts)} faults were seen")


def _keep(verdicts: list[Verdict]) -> None:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    rows = [
        {"fault": it.mutant.name, "file": it.mutant.file, "outcome": it.outcome, "by": it.by}
        for it in verdicts
    ]
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps({"commit": commit.stdout.strip(), "faults": rows}, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
