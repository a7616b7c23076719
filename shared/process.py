# SPDX-License-Identifier: EUPL-1.2
"""One process of one service: its store, bus, leader tasks and gauges, put together once for all."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog
from nats.aio.client import Client
from sqlalchemy import Connection

from shared.clock import Clock, utc_now
from shared.forgetting import forget
from shared.messaging import outbox, parked
from shared.messaging.broker import Bus
from shared.messaging.consumer import Consumer
from shared.messaging.desk import Desk
from shared.messaging.intake import Intake, Taken
from shared.messaging.leader import Leader, Task, end
from shared.messaging.lease import Guard
from shared.messaging.parked_actions import ParkedActions
from shared.messaging.reconcile import Reconcile
from shared.messaging.relay import Relay
from shared.messaging.requests import serve
from shared.messaging.restored import take_back
from shared.messaging.retry import Retry
from shared.messaging.stream import filters_for
from shared.messaging.timers import Timers
from shared.messaging.transaction import Transactions, random_id
from shared.messaging.watch import Watch, regressed
from shared.metrics import Metrics
from shared.municipality import Municipality
from shared.runtime import Runtime
from shared.service import Service
from shared.store import Database

log = structlog.get_logger()
ENDING = (4.0, 0.5)  # seconds that the leader may take at the end: it has tasks of its own to end
MEASURE_EVERY, CLOSE = 5.0, 2.0  # seconds; the last is what the store's running work may take at the end


class Process:
    """Runs beside the HTTP server; `transactions` is what its commands use."""

    def __init__(
        self,
        service: Service,
        database: Database,
        municipality: Municipality,
        bus: Bus,
        clock: Clock = utc_now,
    ) -> None:
        self.service, self.database, self.bus, self.clock = service, database, bus, clock
        bus.prepare = partial(serve, database=database, questions=service.questions)
        self.metrics = Metrics()
        self.relay = Relay(database, clock, self.metrics.count_published, self.metrics.ids_taken.inc)
        self.transactions = Transactions(database, municipality, clock, committed=self.relay.wake)
        intake = Intake(service.name, service.handlers, self.transactions)
        self.consumer = Consumer(intake, database, self._taken)
        self.retry = Retry(intake, database, self.consumer.turn, self._retried)
        filters = tuple(filters_for(service.handlers, municipality.code))
        self.own = filters_for(service.publishes, municipality.code)
        self.watch = Watch(database, clock, service.name, list(filters))
        operate = ParkedActions(intake, database, self.consumer.turn, self.guard)
        reconcile = Reconcile(database, bus, self.relay, self.own)
        self.runtime = Runtime(
            database, self.transactions, bus, clock, self.metrics, self.consumer.turn, self.guard, filters
        )
        own = {name: partial(action, self.runtime) for name, action in service.actions.items()}
        actions = {
            "replay": operate.replay,
            "discard": operate.discard,
            "skip": operate.skip,
            "reconcile": reconcile.act,
        }
        self.desk = Desk(database, clock, {**actions, **own})
        holder = f"{socket.gethostname()[:30]}-{os.getpid()}-{random_id()[:8]}"  # in containers, all are 1
        self.leader = Leader(database, bus, holder, self._begin, self._tasks())
        self.serves = False
        self._running: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def lifespan(self, _app: object) -> AsyncIterator[None]:
        """Between the start and the stop of the HTTP server."""
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def start(self) -> None:
        self._running = [asyncio.create_task(self._live()), asyncio.create_task(self._measure())]
        await asyncio.sleep(0)  # so that the bus has begun when this returns

    async def _live(self) -> None:
        if self.service.first:
            await self.service.first(self.runtime)
        self.serves = True
        self.bus.start()
        await self.leader.run()

    async def stop(self) -> None:
        """Within ten seconds, whatever hangs: what was not committed by then is as if it never began."""
        await end(self._running, ENDING)
        await self.bus.stop()
        await asyncio.wait([asyncio.ensure_future(asyncio.to_thread(self.database.close))], timeout=CLOSE)

    async def ready(self) -> dict[str, str]:
        """What keeps this process from working, by part; empty when nothing does."""
        problems = {} if self.serves else {"first": "waits for the bus, to do what comes before serving"}
        try:
            async with asyncio.timeout(2):
                if await self.database.read(regressed):
                    problems["stream"] = "misses events that were published; run kernpuls reconcile --repair"
        except Exception as error:
            problems["database"] = f"does not answer ({type(error).__name__})"
        if not self.bus.is_connected:
            problems["bus"] = "no connection to NATS; commands are accepted, events wait in the outbox"
        elif (away := self.watch.away or self.relay.away) and self.leader.leads:
            problems["bus"] = f"JetStream does not work ({away}); events wait in the outbox"
        elif troubles := self.leader.troubles:
            failed = ", ".join(f"{part}: {error}" for part, error in troubles.items())
            problems["leader"] = f"begins again and again ({failed}); see the log"
        if self.consumer.paused:
            problems["consumer"] = "paused: most events fail; see kernpuls parked and the log"
        return problems

    async def _begin(self, connection: Client, guard: Guard) -> None:
        """Of a term, before anything is published or handled."""
        await self.watch.begin(connection, guard)
        back = await take_back(connection, self.transactions, self.own, guard)
        self.metrics.taken_back.inc(back)

    def _tasks(self) -> dict[str, Task]:
        tasks: dict[str, Task] = {"relay": self.relay.run, "watch": self.watch.run, "desk": self.desk.run}
        if self.service.handlers:
            tasks |= {"consumer": self._consume, "retry": self.retry.run}
        tasks["timers"] = Timers(self.transactions, (forget, *self.service.timers)).run
        return tasks | dict(self.service.tasks(self.runtime))

    def guard(self, connection: Connection) -> None:
        """Refuse a transaction of an instance that does not lead; for what operators ask."""
        self.leader.guard(connection)

    async def _consume(self, connection: Client, guard: Guard) -> None:
        await self.consumer.run(connection, guard, partial(self.watch.resume, connection))

    def _retried(self, taken: Taken) -> None:
        self.consumer.flood.recovered(taken)
        self._taken(taken)

    def _taken(self, taken: Taken) -> None:
        self.metrics.count_taken(taken, self.clock())
        if taken.recorded:
            self.relay.wake()

    async def _measure(self) -> None:
        while True:
            try:
                await self.measure()
                await self.database.tidy()
            except Exception as error:
                log.warning("process.not-measured", error=type(error).__name__)
            await asyncio.sleep(MEASURE_EVERY)

    async def measure(self) -> None:
        """Bring the gauges up to date; a store that is away shows in `ready` alone."""
        problems = await self.ready()
        self.metrics.ready.set(not problems)
        self.metrics.leader.set(self.leader.leads)
        self.metrics.regressed.set("stream" in problems)
        self.metrics.paused.set(self.consumer.paused)
        self.metrics.waiting.set(self.watch.waiting)
        if "database" in problems:
            return
        count, oldest = await self.database.read(outbox.backlog)
        self.metrics.outbox_pending.set(count)
        self.metrics.outbox_age.set((self.clock() - oldest).total_seconds() if oldest else 0)
        for reason, number in (await self.database.read(parked.counts)).items():
            self.metrics.parked.labels(reason).set(number)
