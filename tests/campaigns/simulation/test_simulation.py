# SPDX-License-Identifier: EUPL-1.2
"""Many histories of faults in invented time: every promise is kept, and a fault of ours is seen."""

import os
import subprocess
import sys

import pytest

from tests.campaigns.simulation.mutants import MUTANTS
from tests.campaigns.simulation.world import simulate
from tests.conftest import HERE

# Seeds that once found a fault (docs/reliability.md says which).
KEPT = (34,)
SEEDS, AT_ONCE = 250, 25


@pytest.mark.parametrize("seed", KEPT)
def test_what_was_found_once_stays_mended(seed: int) -> None:
    assert simulate(seed).broken == []


def test_a_seed_is_one_history_down_to_the_step() -> None:
    """In another process too, where sets and hashes have another order."""
    here = [simulate(seed) for seed in (3, 4)]
    assert [(o.trace, o.steps) for o in (simulate(3), simulate(4))] == [(o.trace, o.steps) for o in here]
    code = "from tests.campaigns.simulation.world import simulate as s; "
    code += "print([(o.trace, o.steps) for o in (s(3), s(4))])"
    for salt in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env=os.environ | {"PYTHONHASHSEED": salt}, cwd=HERE.parent, capture_output=True,
            text=True, check=True,
        )  # fmt: skip
        assert told.stdout.strip() == str([(o.trace, o.steps) for o in here])


@pytest.mark.parametrize("name", MUTANTS)
def test_a_fault_of_our_own_is_found(name: str) -> None:
    """Among the seeds that are lived through here anyway; how many it takes, docs/reliability.md says."""
    with MUTANTS[name]():
        assert any(simulate(seed).broken for seed in range(SEEDS))


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_every_promise_is_kept(first: int) -> None:
    broken = [outcome for outcome in map(simulate, range(first, first + AT_ONCE)) if outcome.broken]
    assert broken == [], f"seed {broken[0].seed}: {broken[0].broken[0][:1000]}"
