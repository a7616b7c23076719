# SPDX-License-Identifier: EUPL-1.2
"""What is done to a suite. Each fault takes a rig and a random source, and returns when it is over.

What was disturbed is watched until it is ready again: from the fault, or, of what lasts, from its end.
"""

import asyncio
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import nats

from shared.messaging.decode import OWNERS
from shared.messaging.stream import STREAM
from tests.campaigns.chaos.recovery import Recovery
from tests.campaigns.chaos.rig import Rig
from tests.campaigns.chaos.strangers import Stranger
from tests.flows.suite import SERVICES, Suite

NATS = "nats-server"
PAST_THE_LEASE = (7.0, 9.0)  # seconds; the lease lasts six


class Faults:
    """Those of one round, at once; `done` tells what was really done."""

    def __init__(self, rig: Rig, recovery: Recovery, strangers: list[Stranger], tag: str) -> None:
        self.rig, self.recovery, self.strangers, self.tag = rig, recovery, strangers, tag
        self.done: list[str] = []

    # Of processes

    def kill_service(self, rng: random.Random) -> None:
        self._end_service(rng, signal.SIGKILL)

    def restart_service(self, rng: random.Random) -> None:
        self._end_service(rng, signal.SIGTERM)

    def kill_several(self, rng: random.Random) -> None:
        """In any order, nats-server among them now and then."""
        suite = rng.choice(self.rig.suites)
        for name in rng.sample([*SERVICES, NATS], rng.randint(2, 5)):
            self._end(suite if name != NATS else self.rig.suites[0], name, signal.SIGKILL)
            time.sleep(rng.choice([0, rng.uniform(0, 0.6)]))

    def kill_nats(self, rng: random.Random) -> None:
        self._end(self.rig.suites[0], NATS, signal.SIGKILL)

    def restart_nats(self, rng: random.Random) -> None:
        self._end(self.rig.suites[0], NATS, signal.SIGTERM)

    def kill_suite(self, rng: random.Random) -> None:
        """As when the host goes down; the supervisor of the host starts it again."""
        self._end_suite(rng, signal.SIGKILL)

    def restart_suite(self, rng: random.Random) -> None:
        self._end_suite(rng, signal.SIGTERM)

    def stop_service(self, rng: random.Random) -> None:
        suite, name = rng.choice(self.rig.suites), rng.choice(list(SERVICES))
        self._stop(suite, [name], rng.uniform(0.5, 4))

    def stop_past_the_lease(self, rng: random.Random) -> None:
        """One or more services; on PostgreSQL their second instances take over meanwhile."""
        suite = rng.choice(self.rig.suites)
        self._stop(suite, rng.sample(list(SERVICES), rng.randint(1, 5)), rng.uniform(*PAST_THE_LEASE))

    def stop_nats(self, rng: random.Random) -> None:
        self._stop(self.rig.suites[0], [NATS], rng.uniform(0.5, 6))

    def kill_postgres(self, rng: random.Random) -> None:
        self._end_postgres(signal.SIGKILL)

    def restart_postgres(self, rng: random.Random) -> None:
        self._end_postgres(rng.choice([signal.SIGINT, signal.SIGQUIT]))  # a fast and an immediate shutdown

    # Of what they rely on

    def delete_consumer(self, rng: random.Random) -> None:
        name = rng.choice([service.name for service in SERVICES.values() if service.handlers])
        with suppress(nats.errors.Error, TimeoutError, OSError):
            asyncio.run(self._on_the_bus(name, lambda bus: bus.jetstream().delete_consumer(STREAM, name)))
            self.done.append("delete-consumer")

    def poison(self, rng: random.Random) -> None:
        """A message that is no event, an event that is broken, or one of a type that nobody knows."""
        kind = rng.choice(["poison", "broken", "unknown"])
        stranger = Stranger(f"{self.tag}-{len(self.strangers)}", kind, rng.choice(["initiative", "grant"]))
        with suppress(nats.errors.Error, TimeoutError, OSError):
            self.strangers.append(stranger)  # first: without an answer it may be there all the same
            asyncio.run(
                self._on_the_bus(
                    OWNERS[stranger.entity],
                    lambda bus: bus.jetstream().publish(
                        stranger.nats_subject, stranger.payload, headers={"Nats-Msg-Id": stranger.id}
                    ),
                )
            )
            self.done.append(kind)

    def fill_disk(self, rng: random.Random) -> None:
        filler = self.rig.disk / "filler"
        try:
            with suppress(OSError), filler.open("wb", buffering=0) as file:
                while file.write(b"x" * 65536):
                    pass
            self.done.append("fill-disk")
            time.sleep(rng.uniform(1, 3))
        finally:
            filler.unlink(missing_ok=True)
        self._watch_all("disk")

    def step_clock(self, rng: random.Random) -> None:
        """Of one service, in every instance: seconds, or to the other side of a night, and back again."""
        name = rng.choice(list(SERVICES))
        told = Path(self.rig.clock, f"services.{name}")
        told.write_text(str(rng.choice([-1, 1]) * rng.choice([rng.uniform(1, 120), 3600, 86_400])))
        self.done.append("step-clock")
        time.sleep(rng.uniform(1, 4))
        told.unlink()

    def _end_service(self, rng: random.Random, number: signal.Signals) -> None:
        self._end(rng.choice(self.rig.suites), rng.choice(list(SERVICES)), number)

    def _end(self, suite: Suite, name: str, number: signal.Signals) -> None:
        pid, since = self.rig.pid(suite, name), time.monotonic()
        if self.rig.signal(pid, number):
            what = "kill" if number == signal.SIGKILL else "restart"
            self.done.append(f"{what}-{'nats' if name == NATS else 'service'}")
            self.recovery.watch(suite, name, since, pid)

    def _end_suite(self, rng: random.Random, number: signal.Signals) -> None:
        suite, since = rng.choice(self.rig.suites), time.monotonic()
        pid = suite.process.pid if suite.process and suite.process.poll() is None else None
        if self.rig.signal(pid, number):
            self.done.append("kill-suite" if number == signal.SIGKILL else "restart-suite")
            self.recovery.watch(suite, "suite", since, pid)

    def _end_postgres(self, number: signal.Signals) -> None:
        assert self.rig.postgres
        pid, since = self.rig.postgres.pid(), time.monotonic()
        if self.rig.signal(pid, number):
            self.done.append("kill-postgres" if number == signal.SIGKILL else "restart-postgres")
            self.recovery.watch(self.rig.suites[0], "postgres", since, pid)

    def _stop(self, suite: Suite, names: list[str], seconds: float) -> None:
        pids = {name: self.rig.pid(suite, name) for name in names}
        stopped = [name for name, pid in pids.items() if self.rig.signal(pid, signal.SIGSTOP)]
        time.sleep(seconds)
        for name in stopped:
            what = "stop-nats" if name == NATS else "stop-service"
            self.done.append(f"{what}-past-the-lease" if seconds >= PAST_THE_LEASE[0] else what)
            if self.rig.signal(pids[name], signal.SIGCONT):
                self.recovery.lasted(time.monotonic())
                self.recovery.watch(suite, name, time.monotonic())

    def _watch_all(self, because: str) -> None:
        now = time.monotonic()
        self.recovery.lasted(now)
        for suite in self.rig.suites:
            self.recovery.watch(suite, "suite", now, name=because)

    async def _on_the_bus(self, user: str, work: Callable[[Any], Any]) -> None:
        async def refused(_error: Exception) -> None: ...

        bus = await nats.connect(
            self.rig.suites[0].bus_url(user), connect_timeout=2, allow_reconnect=False, error_cb=refused
        )
        try:
            await work(bus)
        finally:
            await bus.close()


Fault = Callable[[Faults, random.Random], None]
BOTH: dict[Fault, float] = {
    Faults.kill_service: 6, Faults.restart_service: 3, Faults.kill_several: 2, Faults.kill_nats: 3,
    Faults.restart_nats: 2, Faults.kill_suite: 0.6, Faults.restart_suite: 0.4, Faults.stop_service: 3,
    Faults.stop_past_the_lease: 1, Faults.stop_nats: 2, Faults.delete_consumer: 2, Faults.poison: 2,
    Faults.fill_disk: 1, Faults.step_clock: 2,
}  # fmt: skip
POSTGRES: dict[Fault, float] = {Faults.kill_postgres: 2, Faults.restart_postgres: 2}


def draw(rng: random.Random, database: str) -> list[tuple[float, Fault]]:
    """One to three faults of a round, each with the second at which it begins."""
    weights = BOTH | (POSTGRES if database == "postgresql" else {})
    chosen = rng.choices(list(weights), list(weights.values()), k=rng.choice([1, 2, 2, 3]))
    return sorted(((rng.uniform(0.2, 2.5), fault) for fault in chosen), key=lambda each: each[0])
