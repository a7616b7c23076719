# SPDX-License-Identifier: EUPL-1.2
"""The power goes, again and again, and with less syncing: python -m tests.campaigns.power [--cuts 50]
[--seed …].

As root. Keeps what came of it in .cache/power.json, from which `make figures` makes the table.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from benchmarks.__main__ import commit
from tests.campaigns.power.rounds import PAUSE, Arena, Change, Loss, arena
from tests.campaigns.power.test_power import NATS_DEFAULT, SQLITE_OFF

OUTPUT = Path(".cache/power.json")
LIFE = 10  # cuts that a suite lives through: `verify` goes through its whole history after each
CONTROLS = 3  # of each kind


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.power", description=__doc__)
    parser.add_argument("--cuts", type=int, default=50)
    parser.add_argument("--seed", default=str(random.randrange(10**6)))
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    rng = random.Random(asked.seed)
    told = {
        "as it is": _as_it_is(asked.cuts, rng),
        "nats-server as it comes: it syncs every two minutes": _control(NATS_DEFAULT, rng),
        "SQLite with synchronous=OFF": _control(SQLITE_OFF, rng),
    }
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps({"seed": asked.seed, "commit": commit(), "told": told}, indent=2) + "\n")


@contextmanager
def fresh(change: Change | None = None) -> Iterator[Arena]:
    with tempfile.TemporaryDirectory(prefix="power") as folder, arena(Path(folder), change) as home:
        yield home


def _as_it_is(cuts: int, rng: random.Random) -> dict[str, int]:
    lives = []
    for first in range(0, cuts, LIFE):
        with fresh() as home:
            for number in range(first, min(first + LIFE, cuts)):
                loss = home.cut(rng)
                print(number + 1, loss, flush=True)
                assert (loss.commands_missing, loss.events_missing) == (0, 0)
            home.check()
            lives.append(loss)
    return {"cuts": cuts, **_sum(lives)}


def _control(change: Change, rng: random.Random) -> dict[str, int]:
    losses = []
    for _ in range(CONTROLS):
        with fresh(change) as home, home.load.going_on(PAUSE):
            losses.append(home.lose(rng))
            print(change[0], losses[-1], flush=True)
    return {"cuts": CONTROLS, **_sum(losses)}


def _sum(losses: list[Loss]) -> dict[str, int]:
    each = [asdict(loss) for loss in losses]
    return {name: sum(one[name] for one in each) for name in each[0]}


if __name__ == "__main__":
    main()
