# SPDX-License-Identifier: EUPL-1.2
"""Three servers that lose their power at once: what they acknowledged is there; with less syncing not."""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.campaigns.cluster.rounds import BACK, Arena, arena
from tests.campaigns.cluster.servers import Cluster, Server
from tests.campaigns.power.disk import Disk, mounted
from tests.campaigns.power.rounds import PAUSE, lacks_events
from tests.campaigns.power.test_power import SEED
from tests.flows.suite import until


class Lazy(Server):
    """As nats-server comes: it syncs every two minutes."""

    def configure(self, others: list[Server]) -> None:
        super().configure(others)
        config = self.folder / "nats-server.conf"
        config.write_text(config.read_text().replace("sync_interval: always", ""))


@contextmanager
def on_one_disk(folder: Path, kind: type[Server]) -> Iterator[tuple[Disk, Arena]]:
    """The servers' disk; the stores of the suite are on another one, which keeps its power."""
    with mounted(folder) as disk:
        cluster = Cluster(disk.path / "bus", kind)
        os.sync()  # the configuration is older than the fault
        with arena(folder, cluster) as three:
            yield disk, three


def cut(disk: Disk, three: Arena, rng: random.Random) -> None:
    end = time.monotonic() + rng.uniform(2, 5)
    while time.monotonic() < end:
        disk.write_some(rng)
        time.sleep(rng.uniform(0, 0.3))
    disk.lose_power()
    for server in three.cluster.servers:
        server.kill()
    until(disk.is_unmounted, "nobody uses the disk")
    disk.mount()
    for server in three.cluster.servers:
        server.start()


def test_three_servers_keep_what_they_acknowledged(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    with on_one_disk(tmp_path, Server) as (disk, three):
        for _ in range(2):
            with three.load.going_on(PAUSE):
                cut(disk, three, rng)
                until(three.goes_on(), "publication goes on", BACK)
            until(three.settled, "everything is published and handled", BACK)
            lost, doubled, disordered, stored = three.compare()
            assert stored > 0
            assert (lost, doubled, disordered) == (0, 0, 0)
        three.check()


def test_three_servers_with_the_default_of_nats_lose_some(tmp_path: Path) -> None:
    with on_one_disk(tmp_path, Lazy) as (disk, three), three.load.going_on(PAUSE):
        cut(disk, three, random.Random(SEED))
        until(lambda: lacks_events(three.suite), "the loss is told", BACK)
