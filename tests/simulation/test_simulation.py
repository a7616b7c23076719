# SPDX-License-Identifier: EUPL-1.2
"""Many histories of faults in invented time: every promise is kept, and a fault of ours is seen."""

import os
import subprocess
import sys

import pytest

from tests.conftest import HERE
from tests.simulation.mutants import MUTANTS
from tests.simulation.world import simulate

# Seeds that once found a fault (docs/reliability.md says which).
KEPT = (34,)
# Within so many seeds each of our own faults is found; measured, and half as many again.
WITHIN = {
    "acknowledged before the commit": 180,
    "marked before it was published": 3,
    "lease not checked": 12,
    "versions not saved": 3,
    "later before earlier in the relay": 3,
    "a pipelined relay": 65,
    "unknown types skipped": 6,
    "gaps overlooked": 3,
    "parked although the store was away": 160,
    "what lies aside waits for a clock that was set back": 55,
    "nobody wakes what lies behind": 15,
}


@pytest.mark.parametrize("seed", KEPT)
def test_what_was_found_once_stays_mended(seed: int) -> None:
    assert simulate(seed).broken == []


def test_a_seed_is_one_history_down_to_the_step() -> None:
    """In another process too, where sets and hashes have another order."""
    here = [simulate(seed) for seed in (3, 4)]
    assert [(o.trace, o.steps) for o in (simulate(3), simulate(4))] == [(o.trace, o.steps) for o in here]
    code = (
        "from tests.simulation.world import simulate as s; print([(o.trace, o.steps) for o in (s(3), s(4))])"
    )
    for salt in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env=os.environ | {"PYTHONHASHSEED": salt}, cwd=HERE.parent, capture_output=True,
            text=True, check=True,
        )  # fmt: skip
        assert told.stdout.strip() == str([(o.trace, o.steps) for o in here])


@pytest.mark.parametrize("name", MUTANTS)
def test_a_fault_of_our_own_is_found(name: str) -> None:
    with MUTANTS[name]():
        assert any(simulate(seed).broken for seed in range(WITHIN[name])), f"not in {WITHIN[name]} seeds"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("first", range(0, 500, 50))
def test_every_promise_is_kept(first: int) -> None:
    broken = [outcome for outcome in map(simulate, range(first, first + 50)) if outcome.broken]
    assert broken == [], f"seed {broken[0].seed}: {broken[0].broken[0][:1000]}"
