# SPDX-License-Identifier: EUPL-1.2
"""The power goes: nothing that was answered is lost. With less syncing it is, and these tests see it."""

import random
from pathlib import Path

from tests.campaigns.power.rounds import PAUSE, arena

SEED, CUTS = 20_261_125, 3
NATS_DEFAULT = ("services/suite/bus.py", "  sync_interval: always\n", "")
SQLITE_OFF = ("shared/store.py", "synchronous=FULL", "synchronous=OFF")


def test_what_was_acknowledged_survives_every_power_cut(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    with arena(tmp_path) as home:
        for _ in range(CUTS):
            loss = home.cut(rng)
            print(loss)
            assert loss.acknowledged > 0
            assert loss.published > 0
            assert (loss.commands_missing, loss.events_missing) == (0, 0)
        home.check()


def test_with_the_default_of_nats_the_stream_loses_and_a_repair_gives_it_back(tmp_path: Path) -> None:
    with arena(tmp_path, NATS_DEFAULT) as home:
        with home.load.going_on(PAUSE):
            loss = home.lose(random.Random(SEED))
            print(loss)
            assert loss.commands_missing == 0
            assert loss.events_missing > 0
            home.suite.start()
            home.repair()
        home.check()


def test_a_store_that_does_not_sync_loses_commands(tmp_path: Path) -> None:
    with arena(tmp_path, SQLITE_OFF) as home, home.load.going_on(PAUSE):
        loss = home.lose(random.Random(SEED))
        print(loss)
        assert loss.commands_missing > 0
