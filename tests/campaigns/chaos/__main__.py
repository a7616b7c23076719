# SPDX-License-Identifier: EUPL-1.2
"""The suite under fire: python -m tests.campaigns.chaos [--seed …] [--rounds 500] [--database sqlite]
[--minutes …].

It goes on where it was interrupted. As root: it mounts a small disk to fill it.
"""

import argparse
import os
import random
import signal
import sys
import time
import warnings
from pathlib import Path

from benchmarks.__main__ import commit
from tests.campaigns.chaos.campaign import Campaign, Kind
from tests.campaigns.chaos.rig import DISK

KEPT = Path(".cache/chaos")
LIFE = 15  # rounds: verify goes through the whole history of a rig after each
SOAK = Kind(life=10**6, pause=1.6, megabytes=2048, rests_after=10)  # 5 commands a second in all


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.chaos", description=__doc__)
    parser.add_argument("--seed", default=str(random.randrange(10**6)))
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--minutes", type=float, help="so long at most, on one rig, at the load of a soak")
    asked = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("KERNPULS_")]:
        del os.environ[name]  # of a suite of whoever runs this
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # and takes down what stands
    until = time.monotonic() + 60 * (asked.minutes or 10**6)
    kind = SOAK if asked.minutes else Kind(LIFE, 0.1, DISK[asked.database])
    folder = KEPT / (f"soak-{asked.database}" if asked.minutes else asked.database)
    print(f"seed {asked.seed}, {asked.database}, kept in {folder}", flush=True)
    campaign = Campaign(folder.absolute(), asked.database, asked.seed, commit(), kind)
    well = campaign.go_on(asked.rounds, until)
    rounds = campaign.played()
    wrong = sum(1 for each in rounds if each["wrong"])
    print(f"{len(rounds)} rounds of seed {asked.seed}, {wrong} of them with something wrong")
    return 0 if well else 1


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    raise SystemExit(main())
