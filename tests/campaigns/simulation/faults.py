# SPDX-License-Identifier: EUPL-1.2
"""What goes wrong in one seed: some kinds of faults, at some moments, for a while."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.campaigns.simulation.world import World

STOPPED = "stopped past the lease"
POINTS = ("CP1", "CP2", "CP3", "CP4", "CP5", "CP6", "CP7", "CP8")


class Faults:
    """Strikes with the kinds that this seed has; `heal` ends all that lasts."""

    def __init__(self, world: "World") -> None:
        self.world, self.random = world, world.random
        self.struck: Counter[str] = Counter()
        self.states: dict[str, Any] = {}
        kinds: dict[str, Callable[[], None]] = {
            "killed at an await": self.kill,
            "killed at a named point": self.kill_at_point,
            STOPPED: self.stop,
            "connection lost": self.cut,
            "messages lost, doubled, late": self.lose,
            "server restarted": self.restart,
            "server stopped": self.hang,
            "server full": self.fill,
            "store locked": lambda: self.fail("before"),
            "store failing amid a transaction": lambda: self.fail("amid"),
            "commit unanswered": lambda: self.fail("after"),
            "consumer deleted": self.delete,
            "clock stepped": self.step,
        }
        chosen = self.random.sample(sorted(kinds), self.random.randint(1, 5))
        if world.twins and STOPPED not in chosen and self.random.random() < 0.6:
            chosen.append(STOPPED)
        self.kinds = {name: kinds[name] for name in chosen}

    async def run(self, seconds: float) -> None:
        for _ in range(self.random.randint(1, 8)):
            await asyncio.sleep(self.random.random() * seconds / 4)
            self._remember()
            kind = self.random.choice(list(self.kinds))
            self.struck[kind] += 1
            self.kinds[kind]()
        await asyncio.sleep(self.random.random() * 8)

    def heal(self) -> None:
        """The network carries, the server and every process run, clocks are right, the disk has room."""
        world, net = self.world, self.world.net
        net.lossy, net.server.full = 0.0, False
        for store in world.stores.values():
            store.fails = lambda: ""
        world.loop.go_on(net.node)
        if not net.up:
            net.start(self.states)
        for slot in world.slots:
            slot.clock_step = timedelta(0)
            if slot.node is None:
                world.start(slot)
            else:
                world.loop.go_on(slot.node)
                slot.node.steps_to_live, slot.node.dies_at = None, ""

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        loop = self.world.loop
        loop.call_later(seconds, work, context=loop.world.context)

    def _slot(self) -> Any:
        able = [slot for slot in self.world.slots if slot.node]
        return self.random.choice(able) if able else None

    def kill(self) -> None:
        if slot := self._slot():
            slot.node.steps_to_live = self.random.randint(1, 60)

    def kill_at_point(self) -> None:
        if slot := self._slot():
            slot.node.dies_at = self.random.choice(POINTS)

    def stop(self) -> None:
        if slot := self._slot():
            node = slot.node
            node.stopped = True
            self._later(3 + self.random.random() * 10, lambda: self.world.loop.go_on(node))

    def cut(self) -> None:
        if self.world.net.clients:
            self.random.choice(self.world.net.clients).cut()

    def lose(self) -> None:
        net = self.world.net
        net.lossy = self.random.choice([0.05, 0.2, 0.4])
        self._later(self.random.random() * 10, lambda: setattr(net, "lossy", 0.0))

    def restart(self) -> None:
        """Killed: its consumers are then as they were last written, which may be a while ago."""
        net = self.world.net
        if not net.up:
            return
        states = self.states
        net.stop()
        self._later(self.random.random() * 4, lambda: None if net.up else net.start(states))

    def hang(self) -> None:
        loop, node = self.world.loop, self.world.net.node
        node.stopped = True
        self._later(self.random.random() * 8, lambda: loop.go_on(node))

    def fill(self) -> None:
        server = self.world.net.server
        server.full = True
        self._later(self.random.random() * 6, lambda: setattr(server, "full", False))

    def fail(self, when: str) -> None:
        store = self.random.choice(list(self.world.stores.values()))
        often = self.random.choice([0.2, 1.0])
        loop_random = self.world.loop.random
        store.fails = lambda: when if loop_random.random() < often else ""
        self._later(self.random.random() * 5, lambda: setattr(store, "fails", lambda: ""))

    def delete(self) -> None:
        server = self.world.net.server
        if server.consumers:
            server.delete(self.random.choice(list(server.consumers.values())))

    def step(self) -> None:
        if slot := self._slot():
            slot.clock_step = timedelta(seconds=self.random.choice([-86_400, -3_600, -30, 30, 3_600, 86_400]))

    def _remember(self) -> None:
        """What the server has written down of its consumers by now."""
        consumers = self.world.net.server.consumers.values()
        self.states = {consumer.name: consumer.state() for consumer in consumers}
