# SPDX-License-Identifier: EUPL-1.2
"""Lets the process of a service die at named points, and starts it again."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from nats.aio.client import Client

from shared.contracts.envelope import Event, nats_subject
from shared.messaging import leader, outbox, versions
from shared.messaging.broker import Bus
from shared.messaging.leader import Task
from shared.messaging.reconcile import compare
from shared.messaging.stream import STREAM, api, filters_for
from shared.messaging.versions import Aggregate
from shared.municipality import Municipality
from shared.process import Process
from shared.runtime import Runtime
from shared.service import Service
from shared.store import Database
from tests.conftest import PATIENCE, WATERRIJK

OF_THE_CONSUMER = ("CP1", "CP5", "CP6", "CP7", "CP8")  # every event passes these
OF_THE_RELAY = ("CP2", "CP3", "CP4")  # if there is something to tell


def points_of(service: Service) -> tuple[str, ...]:
    """Where a handler of this service may die."""
    reserving = ("CP16",) if service.name == "budget" else ()
    return (*OF_THE_CONSUMER, *reserving, *OF_THE_RELAY)


class Died(BaseException):
    """Not an Exception: nothing may catch a death."""


class Fate:
    """Lets a process die at these points, one after another; `CP1.2` is the second pass since the last death.

    `strikes` is for a point in somebody else's code: it tells whether we are dead from now on.
    """

    def __init__(self) -> None:
        self.points: list[str] = []
        self.is_dead = False
        self._passes = 0

    def here(self, point: str) -> None:
        if self._comes(point):
            raise Died(point)

    def strikes(self, point: str) -> bool:
        self.is_dead = self.is_dead or self._comes(point)
        return self.is_dead

    def _comes(self, point: str) -> bool:
        name, _, nth = self.points[0].partition(".") if self.points else ("", "", "")
        self._passes += name == point
        if name != point or self._passes < int(nth or 1):
            return False
        self.points.pop(0)
        self._passes = 0
        return True


def no_tasks(_runtime: Runtime) -> dict[str, Task]:
    return {}


class Run:
    """One service on one store, started again whenever it died. `tasks` are what its leader does beside."""

    def __init__(
        self,
        service: Service,
        database: Database,
        municipality: Municipality,
        url: str,
        fate: Fate,
        tasks: Callable[[Runtime], dict[str, Task]] = no_tasks,
    ) -> None:
        self.service = replace(service, tasks=tasks, timers=(), questions=())
        self.database, self.municipality, self.url, self.fate = database, municipality, url, fate
        self.process: Process | None = None

    async def start(self) -> Process:
        self.fate.is_dead = False
        bus = Bus(self.url, self.service.name)
        self.process = Process(self.service, self.database, self.municipality, bus)
        await self.process.start()
        return self.process

    async def end(self) -> None:
        """As a death would: the store stays as it is, the process and its connection are gone."""
        if self.process:
            await leader.end(self.process._running)
            await asyncio.gather(*self.process._running, return_exceptions=True)
            await self.process.bus.stop()

    @property
    def is_dead(self) -> bool:
        return self.process is None or self.process._running[0].done() or self.fate.is_dead

    async def until(self, holds: Callable[[], Awaitable[bool]], what: str) -> None:
        """Start again after each death, until it holds; it holds twice, as a death may be on its way."""
        deadline, held = time.monotonic() + PATIENCE, 0
        while held < 2:
            if self.is_dead:
                await self.end()
                await self.start()
            held = held + 1 if await holds() and not self.is_dead else 0
            assert time.monotonic() < deadline, f"{self.service.name}: {what}"
            await asyncio.sleep(0.005)

    async def until_taken(self, *events: Event[Any]) -> None:
        await self.until(lambda: self.has_taken(events), f"{events[0].data.TYPE} was not taken")

    async def has_taken(self, events: Sequence[Event[Any]]) -> bool:
        """Whether they were handled and acknowledged, and everything they led to is in the stream.

        What is committed may still have its death between commit and acknowledgement to come.
        """
        wanted = {Aggregate(event.source, event.subject): event.number for event in events}
        reached = await self.database.read(lambda c: versions.load(c, self.service.name, wanted))
        is_taken = all(reached.get(of, 0) >= number for of, number in wanted.items())
        return is_taken and await self.has_told() and await self.has_acknowledged()

    async def has_acknowledged(self) -> bool:
        if not self.process or not self.process.serves:
            return False
        connection = await self.process.bus.connection()
        consumer = await api(connection, f"CONSUMER.INFO.{STREAM}.{self.service.name}")
        return not (consumer["num_pending"] or consumer["num_ack_pending"])

    async def has_told(self) -> bool:
        return not (await self.database.read(outbox.backlog))[0]


def as_message(event: Event[Any]) -> tuple[str, bytes]:
    return nats_subject(event.gemeente, event.kern, event.data.TYPE), event.to_bytes()


async def publish(client: Client, event: Event[Any]) -> None:
    subject, payload = as_message(event)
    await client.request(subject, payload, timeout=PATIENCE)


async def nothing_lost_or_doubled(client: Client, run: Run) -> None:
    """The outbox and the stream hold the same, once."""
    if run.service.publishes:
        found = await compare(client, run.database, filters_for(run.service.publishes, WATERRIJK.code))
        assert (found.is_whole, found.repeated) == (True, 0)
