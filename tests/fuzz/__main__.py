# SPDX-License-Identifier: EUPL-1.2
"""python -m tests.fuzz [--service …] [--cases 10000] [--seed 1]: requests that nobody thought of."""

import argparse
import random
import tempfile
import time
from pathlib import Path

from tests.fuzz.fuzzing import fuzz, fuzzed
from tests.fuzz.known import KNOWN


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("--service", choices=KNOWN, help="each if none is given")
    asked.add_argument("--cases", type=int, default=10_000, help="at least so many requests to each")
    asked.add_argument("--seed", type=int, help="to send the same requests again")
    given = asked.parse_args()
    seed = given.seed if given.seed is not None else random.randrange(10**6)
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder, fuzzed(Path(folder)) as of:
        for service in [given.service] if given.service else KNOWN:
            print(f"{service}: {given.cases} requests from seed {seed}", flush=True)
            began = time.monotonic()
            sent = fuzz(service, given.cases, seed, of)
            took = time.monotonic() - began
            print(f"{service}: {sent} requests in {took:.0f} s, each answered as described", flush=True)


if __name__ == "__main__":
    main()
