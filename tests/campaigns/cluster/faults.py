# SPDX-License-Identifier: EUPL-1.2
"""What can happen to three servers. Each lasts as long as its `with`, and is over after it."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from tests.campaigns.cluster.servers import Cluster, Server
from tests.flows.suite import until


def leader_of(cluster: Cluster, what: str) -> Server:
    found: list[Server] = []

    def known() -> bool:
        leader = cluster.leaders()[what]
        found.extend([leader] if leader and leader.process else [])
        return bool(found)

    until(known, f"a leader of {what}")
    return found[0]


@contextmanager
def killed(*servers: Server) -> Iterator[None]:
    for server in servers:
        server.kill()
    yield
    for server in servers:
        server.start()


@contextmanager
def paused(*servers: Server) -> Iterator[None]:
    """As on the other side of a network that is cut: they do not answer, and think they are still there."""
    for server in servers:
        server.pause()
    yield
    for server in servers:
        server.go_on()


def a_follower_is_killed(cluster: Cluster, rng: random.Random) -> AbstractContextManager[None]:
    leader = leader_of(cluster, "stream")
    return killed(rng.choice([server for server in cluster.servers if server is not leader]))


def the_leader_of_the_stream_is_killed(cluster: Cluster, rng: random.Random) -> AbstractContextManager[None]:
    return killed(leader_of(cluster, "stream"))


def the_leader_of_the_cluster_is_killed(cluster: Cluster, rng: random.Random) -> AbstractContextManager[None]:
    return killed(leader_of(cluster, "meta"))


@contextmanager
def a_disk_is_replaced(cluster: Cluster, rng: random.Random) -> Iterator[None]:
    server = rng.choice(cluster.servers)
    server.kill()
    server.wipe()
    yield
    server.start()


def the_leader_of_the_stream_is_cut_off(cluster: Cluster, rng: random.Random) -> AbstractContextManager[None]:
    return paused(leader_of(cluster, "stream"))


def two_are_cut_off(cluster: Cluster, rng: random.Random) -> AbstractContextManager[None]:
    return paused(*rng.sample(cluster.servers, 2))


def two_are_killed(cluster: Cluster, rng: random.Random) -> AbstractContextManager[None]:
    return killed(*rng.sample(cluster.servers, 2))


@contextmanager
def all_are_killed(cluster: Cluster, rng: random.Random) -> Iterator[None]:
    order = rng.sample(cluster.servers, 3)
    for server in order:
        server.kill()
    yield
    for server in order:
        server.start()
        time.sleep(rng.uniform(0, 3))


@contextmanager
def the_leader_is_killed_amid_what_waited(cluster: Cluster, rng: random.Random) -> Iterator[None]:
    """Two away: events wait. They come back, and as what waited goes out, the leader is killed."""
    with killed(*rng.sample(cluster.servers, 2)):
        yield
    leader = leader_of(cluster, "stream")
    time.sleep(rng.uniform(0, 1.5))
    with killed(leader):
        time.sleep(rng.uniform(0, 5))


@dataclass(frozen=True)
class Fault:
    """`majority`: whether two of three stay, and events go on being published."""

    begin: Callable[[Cluster, random.Random], AbstractContextManager[None]]
    majority: bool

    @property
    def name(self) -> str:
        return self.begin.__name__.replace("_", " ")


FAULTS = (
    Fault(a_follower_is_killed, majority=True),
    Fault(the_leader_of_the_stream_is_killed, majority=True),
    Fault(the_leader_of_the_cluster_is_killed, majority=True),
    Fault(a_disk_is_replaced, majority=True),
    Fault(the_leader_of_the_stream_is_cut_off, majority=True),
    Fault(two_are_cut_off, majority=False),
    Fault(two_are_killed, majority=False),
    Fault(the_leader_is_killed_amid_what_waited, majority=False),
    Fault(all_are_killed, majority=False),
)
