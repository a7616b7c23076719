# SPDX-License-Identifier: EUPL-1.2
"""One seed: a suite of real processes over an invented world, its faults, and the end in which all is well.

Run unchanged are Process and all that it assembles: relay, consumer, intake, parking, retry, lease, leader,
watch, desk, and the overview's fold. Invented are time, chance, the bus and the threads of the store.
"""

import asyncio
import random
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import structlog
from sqlalchemy import Float, literal_column

from shared import process as process_room
from shared.contracts.envelope import Event
from shared.messaging import consumer, crash, desk, leader, lease, parked, relay, retry, stream, watch
from shared.messaging.decode import UNKNOWN
from shared.messaging.parked import FAILED, GAP
from shared.messaging.transaction import Cause
from shared.municipality import load_municipality
from shared.process import Process
from tests.campaigns.simulation.faults import Faults
from tests.campaigns.simulation.invariants import Broken, check, unsettled
from tests.campaigns.simulation.loop import NODE, Node, VirtualLoop
from tests.campaigns.simulation.store import Death, InlineDatabase, Store, store
from tests.campaigns.simulation.story import STRANGE, Aside, Author, services, strange
from tests.campaigns.simulation.wire import Bus, Client, Net
from tests.conftest import HERE

EPOCH = datetime(2021, 7, 1, 9, tzinfo=UTC)
MUNICIPALITY = load_municipality(HERE / "municipality.toml")
TROUBLED = 12.0  # seconds in which commands are given and faults strike
SETTLE = 400.0  # seconds after the last fault in which everything must be as it should
STORES = {"initiatives": "tests.shared.messaging.probe", "budget": "tests.shared.messaging.probe"}


@dataclass(eq=False)
class Slot:
    """One instance of a service, started again whenever it died."""

    service: str
    node: Node | None = None
    process: Process | None = None
    clock_step: timedelta = timedelta(0)


@dataclass
class Outcome:
    """What a seed came to. `broken` is empty when every promise was kept."""

    seed: int
    broken: list[str]
    steps: int = 0
    seconds: float = 0.0
    trace: int = 0
    events: int = 0
    faults: dict[str, int] = field(default_factory=dict)


class World:
    """Everything there is, for one seed."""

    def __init__(self, seed: int) -> None:
        self.seed, self.random = seed, random.Random(seed)
        self.loop = VirtualLoop(random.Random(seed + 1))
        self.loop.dying = self.die
        self.net = Net(self.loop)
        self.failing: dict[tuple[str, int], int] = {}  # events that fail so many times more
        self.services = services(self._fails)
        if self.random.random() < 0.5:
            del self.services["analytics"]
        self.stores = {name: self._store(name) for name in self.services}
        self.twins = self.random.random() < 0.4
        self.slots = [Slot(name) for name in self.services for _ in range(2 if self.twins else 1)]
        self.aside: list[Aside] = []
        self.acknowledged: dict[str, int] = {}
        self.given: dict[str, int] = {}
        self.broken: list[str] = []
        self.calm = False
        self.faults = Faults(self)
        self.nodes: list[Node] = []
        self._ids = 0

    def _store(self, name: str) -> Store:
        found = store(name, STORES.get(name, f"services.{name}"))
        found.begin(lambda: 1_000_000_000.0 + self.loop.now)
        return found

    def _fails(self, event: Event[Any]) -> bool:
        key = event.subject, event.number
        left = self.failing.get(key, 0)
        self.failing[key] = left - 1
        return left > 0

    def new_id(self) -> str:
        self._ids += 1
        return f"e{self._ids}"

    # --- processes -----------------------------------------------------------------------------------

    def start(self, slot: Slot) -> None:
        """A new process: nothing but the store is left of the one before."""
        self._ids += 1
        slot.node = Node(f"{slot.service}#{self._ids}")
        self.nodes.append(slot.node)
        self.loop.create_task(self._begin(slot, slot.node), context=slot.node.context)

    async def _begin(self, slot: Slot, node: Node) -> None:
        service = self.services[slot.service]
        database = InlineDatabase(self.stores[slot.service], node, self.loop, self.zombie)
        client = Client(self.net, service.name)
        bus: Any = Bus(client)
        slot.process = Process(service, database, MUNICIPALITY, bus, lambda: self._clock(slot))
        slot.process.transactions.new_id = self.new_id
        database.holder = slot.process.leader.holder
        await slot.process.start()

    def _clock(self, slot: Slot) -> datetime:
        return EPOCH + timedelta(seconds=self.loop.now) + slot.clock_step

    def zombie(self, node: Node) -> None:
        self.broken.append(f"{node.name} committed though it does not lead")

    def die(self, node: Node) -> None:
        """SIGKILL: nothing is told to anybody, and what its threads would still do never happens."""
        node.dead, node.stopped = True, False
        for client in [client for client in self.net.clients if client.node is node]:
            client.cut()
            self.net.clients.remove(client)
        for task in list(node.tasks):
            task.cancel()
        for slot in self.slots:
            if slot.node is node:
                slot.node = slot.process = None
                delay = 0.1 if self.calm else self.random.random() * 8
                self.loop.call_later(delay, self._again, slot, context=self.loop.world.context)

    def _again(self, slot: Slot) -> None:
        if slot.node is None and not self.over:
            self.start(slot)

    # --- the history ---------------------------------------------------------------------------------

    def run(self) -> Outcome:
        self.over = False
        try:
            self.loop.run(self._live())
        except Broken as broken:
            self.broken.append(str(broken))
        return Outcome(
            self.seed, self.broken, self.loop.steps, self.loop.now, self.loop.trace,
            len(self.net.server.log), self.faults.struck,
        )  # fmt: skip

    async def _live(self) -> None:
        for slot in self.slots:
            self.start(slot)
        commands = [asyncio.ensure_future(self._commands()), asyncio.ensure_future(self._strangers())]
        await asyncio.gather(*commands, self.faults.run(TROUBLED))
        self.calm = True
        self.faults.heal()
        try:
            await self._settle()
            check(self)
        finally:
            self.over = True
            for slot in self.slots:
                if slot.node:
                    self.die(slot.node)
            while any(node.tasks for node in self.nodes):
                await asyncio.sleep(0.2)

    async def _settle(self) -> None:
        deadline = self.loop.now + SETTLE
        while trouble := unsettled(self):
            if self.loop.now > deadline:
                raise Broken(f"stuck: {trouble}")
            await asyncio.sleep(1.0)

    async def _commands(self) -> None:
        author = Author(self.random)
        for number in range(self.random.randint(3, 10)):
            await asyncio.sleep(self.random.random() * TROUBLED / 10)
            await self._give(f"c{number}", author)

    async def _give(self, name: str, author: Author) -> None:
        """A client's command: acknowledged, or nobody knows."""
        able = [slot for slot in self.slots if slot.service == "initiatives" and slot.process]
        if not able:
            return
        slot, events = self.random.choice(able), author.command()
        assert slot.process
        assert slot.node
        if self.random.random() < 0.2:
            event = self.random.choice(events)
            times, number = self.random.randint(1, 4), self.random.randint(1, 4)
            self.failing.setdefault((event.subject, number), times)  # five times in all, and it would be dead
        self.given[name] = len(events)
        work = slot.process.transactions.run(lambda tx: tx.record(events), Cause(name))
        task = self.loop.create_task(work, context=slot.node.context)
        await asyncio.wait([task], timeout=3.0)
        if task.done() and not task.cancelled() and task.exception() is None:
            self.acknowledged[name] = len(events)
            author.acknowledged(events)

    async def _strangers(self) -> None:
        for number in range(self.random.randint(0, 3)):
            await asyncio.sleep(self.random.random() * TROUBLED / 3)
            messages, aside = strange(self.random.choice(STRANGE), number)
            self.aside += aside
            for subject, payload in messages:
                self.net.server.put(subject, payload)


def simulate(seed: int) -> Outcome:
    """Live through one seed. The same seed gives the same outcome, to the step."""
    with invented():
        return World(seed).run()


def _here(point: str) -> None:
    """A process may be meant to die at a named point, inside a transaction too."""
    node = NODE.get()
    if node is not None and node.dies_at == point:
        node.dies_at = ""
        node.steps_to_live = 1
        raise Death(point)


MOMENTS = tuple(timedelta(seconds=s) for s in (1, 1, 2, 4, 8))
AGAIN = {UNKNOWN: timedelta(seconds=8), GAP: timedelta(seconds=3)}
CLOCK = literal_column("simulated_now()", Float)


@contextmanager
def invented() -> Iterator[None]:
    """The mechanisms with shorter waits, the loop's clock, PostgreSQL's rule of leadership, and no logs."""
    loop_time = SimpleNamespace(perf_counter=lambda: asyncio.get_running_loop().time())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with ExitStack() as changes:
        for room, name, value in (
            (consumer, "time", loop_time),
            (crash, "here", _here),
            (relay, "random_id", _random_id),
            (process_room, "random_id", _random_id),
            (process_room, "MEASURE_EVERY", 10_000.0),
            (stream, "ACK_WAIT", 8 * stream.SECOND),
            (desk, "LOOK_EVERY", 60.0),
            (relay, "SAFETY_POLL", 2.0),
            (leader, "TRY_EVERY", 2.0),
            (parked, "RETRY_AFTER", MOMENTS),
            (parked, "LOOK_AGAIN", AGAIN),
            (retry, "LOOK_AGAIN", AGAIN),
            (parked, "_FIRST_LOOK", {FAILED: MOMENTS[0], UNKNOWN: AGAIN[UNKNOWN], GAP: timedelta(0)}),
            (retry, "LOOK_EVERY", 1.5),
            (watch, "GAP_PATIENCE", timedelta(seconds=10)),
            (watch, "MOST_PATIENCE", timedelta(seconds=60)),
        ):
            changes.enter_context(patch.object(room, name, value))
        changes.enter_context(patch.dict(lease._CLOCK, {"sqlite": CLOCK}))
        changes.enter_context(patch.dict(lease.ALONE, {"sqlite": False}))
        yield
    structlog.reset_defaults()


def _random_id() -> str:
    """Another one each time; its first eight letters too, which tell instances apart."""
    node = NODE.get()
    assert node
    node.made += 1
    return f"{zlib.crc32(f'{node.name}/{node.made}'.encode()):08x}"
