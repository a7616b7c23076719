# SPDX-License-Identifier: EUPL-1.2
"""python -m tests.campaigns.cluster [--rounds 30] [--seed …]: three NATS servers, one fault after another.

Keeps a line of every round in .cache/cluster.json, from which `make figures` makes the table.
"""

import argparse
import json
import random
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.__main__ import commit
from tests.campaigns.cluster.faults import FAULTS, Fault
from tests.campaigns.cluster.rounds import arena

OUTPUT = Path(".cache/cluster.json")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.cluster", description=__doc__)
    parser.add_argument("--rounds", type=int, default=27)
    parser.add_argument("--seed", default=str(random.randrange(10**6)))
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    rng, rounds, turn = random.Random(asked.seed), [], list[Fault]()
    with tempfile.TemporaryDirectory(prefix="cluster") as folder, arena(Path(folder)) as three:
        for number in range(1, asked.rounds + 1):
            turn = turn or rng.sample(FAULTS, len(FAULTS))  # each as often as any other
            came = three.play(turn.pop(), rng)
            print(number, came, flush=True)
            rounds.append(asdict(came))
            assert (came.lost, came.doubled, came.disordered) == (0, 0, 0)
        three.check()
    OUTPUT.parent.mkdir(exist_ok=True)
    told = {"seed": asked.seed, "commit": commit(), "rounds": rounds}
    OUTPUT.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
