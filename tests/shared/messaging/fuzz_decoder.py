# SPDX-License-Identifier: EUPL-1.2
"""python -m tests.shared.messaging.fuzz_decoder [--cases 10000000] [--seed 1]: damage for the decoder.

What was tried is kept in .cache/fuzz-decoder.json; begun again on the same commit, it goes on from there.
"""

import argparse
import json
import multiprocessing
import random
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from tests.shared.messaging.damage import check, damaged

OUTPUT = Path(".cache") / "fuzz-decoder.json"
BLOCK = 20_000  # messages of one seed


def try_block(seed: int, number: int) -> tuple[int, Counter[str], str]:
    """What the messages of a block came to; and what went wrong, if anything did."""
    dice, found = random.Random(f"{seed}/{number}"), Counter[str]()
    for place in range(BLOCK):
        subject, payload = damaged(dice)
        try:
            found[check(subject, payload)] += 1
        except BaseException as error:
            where = f"message {place} of block {number}, seed {seed}"
            return number, found, f"{where}: {error!r}: {payload[:2000]!r}"
    return number, found, ""


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.shared.messaging.fuzz_decoder", description=__doc__)
    asked.add_argument("--cases", type=int, default=10_000_000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    kept = _kept(given.seed)
    left = [number for number in range(-(-given.cases // BLOCK)) if number not in kept["blocks"]]
    begin, before = time.monotonic(), kept["seconds"]
    with multiprocessing.Pool() as pool:
        tries = pool.imap_unordered(partial(try_block, given.seed), left)
        for number, found, wrong in track(tries, description="blocks", total=len(left)):
            if wrong:
                Console().print(wrong, markup=False)
                return 1
            kept["blocks"].append(number)
            kept["came_to"] = dict(Counter(kept["came_to"]) + found)
            kept["seconds"] = before + time.monotonic() - begin
            OUTPUT.write_text(json.dumps(kept))
    Console().print(f"{len(kept['blocks']) * BLOCK:,} messages in {kept['seconds']:.0f} s: {kept['came_to']}")
    return 0


def _kept(seed: int) -> dict[str, Any]:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    OUTPUT.parent.mkdir(exist_ok=True)
    if OUTPUT.exists():
        kept: dict[str, Any] = json.loads(OUTPUT.read_text())
        if (kept["commit"], kept["seed"], kept["block"]) == (commit, seed, BLOCK):
            return kept
    return {"commit": commit, "seed": seed, "block": BLOCK, "blocks": [], "came_to": {}, "seconds": 0.0}


if __name__ == "__main__":
    sys.exit(main())
