# SPDX-License-Identifier: EUPL-1.2
"""Many seeds on every core; those that fail are printed: python -m tests.campaigns.simulation
[--seeds 20000] [--from 0].
"""

import argparse
import gc
import multiprocessing
import os
import sys
import time
import warnings
from collections import Counter

from tests.campaigns.simulation.world import Outcome, simulate

AT_ONCE = 25  # seeds that a process takes in one go


def some(first_and_last: tuple[int, int]) -> list[Outcome]:
    gc.disable()  # a world dies as a whole, between two seeds
    outcomes = [simulate(seed) for seed in range(*first_and_last)]
    gc.collect()
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.simulation")
    parser.add_argument("--seeds", type=int, default=20_000)
    parser.add_argument("--from", dest="first", type=int, default=0)
    asked = parser.parse_args()
    last, began = asked.first + asked.seeds, time.monotonic()
    pieces = [(at, min(at + AT_ONCE, last)) for at in range(asked.first, last, AT_ONCE)]
    done, steps, events, broken = 0, 0, 0, list[Outcome]()
    faults: Counter[str] = Counter()
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for outcomes in pool.imap_unordered(some, pieces):
            for outcome in outcomes:
                done, steps, events = done + 1, steps + outcome.steps, events + outcome.events
                faults.update(outcome.faults)
                if outcome.broken:
                    broken.append(outcome)
                    print(f"\nseed {outcome.seed} at step {outcome.steps}: {outcome.broken[0][:1000]}")
            pace = done / (time.monotonic() - began) * 60
            sys.stdout.write(f"\r{done} of {asked.seeds} seeds, {len(broken)} broken, {pace:.0f} a minute ")
            sys.stdout.flush()
    print(f"\n{done} seeds from {asked.first}: {steps} steps, {events} events, {len(broken)} broken.")
    for kind, count in faults.most_common():
        print(f"{count:>8}  {kind}")
    return 1 if broken else 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    raise SystemExit(main())
