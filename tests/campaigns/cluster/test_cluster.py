# SPDX-License-Identifier: EUPL-1.2
"""Three NATS servers: with two, everything goes on; with one, it stops and says so; nothing is lost."""

import random
from collections.abc import Iterator

import pytest

from tests.campaigns.cluster.faults import FAULTS, Fault, the_leader_of_the_cluster_is_killed, two_are_killed
from tests.campaigns.cluster.rounds import Arena, arena

SEED = 20_261_125
# What is left to `make campaign NAME=cluster` is a part of another, or like one.
HERE = [fault for fault in FAULTS if fault.begin not in (the_leader_of_the_cluster_is_killed, two_are_killed)]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    with arena(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.mark.parametrize("fault", HERE, ids=lambda fault: fault.begin.__name__)
def test_nothing_is_lost_doubled_or_out_of_order_when(three: Arena, fault: Fault) -> None:
    came = three.play(fault, random.Random(f"{SEED} {fault.name}"))
    print(came)
    assert came.acknowledged > 0
    assert (came.refused, came.lost, came.doubled, came.disordered) == (0, 0, 0, 0)


def test_afterwards_everything_acknowledged_is_there_and_verify_finds_nothing(three: Arena) -> None:
    three.check()
