# SPDX-License-Identifier: EUPL-1.2
"""An asyncio event loop whose time is invented: it advances only when nothing is ready to run.

Every step belongs to a node (a process, the server, the world itself). A stopped node's steps are kept
until it goes on, as SIGSTOP does; which node runs next is the random source's choice, the order within a
node is asyncio's. So one seed is one history, down to the step.
"""

import asyncio
import heapq
import random
import zlib
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVarTuple

Ts = TypeVarTuple("Ts")
NODE: "ContextVar[Node | None]" = ContextVar("node", default=None)


class Node:
    """What lives, stops and dies as one."""

    def __init__(self, name: str) -> None:
        self.name, self.mark = name, zlib.crc32(name.encode())
        self.tasks: dict[asyncio.Task[Any], None] = {}
        self.dead = False
        self.stopped = False
        self.ready: deque[asyncio.Handle] = deque()
        self.steps_to_live: int | None = None  # SIGKILL after so many steps: at any await
        self.dies_at = ""  # or at this named point
        self.made = 0  # ids that it invented
        self.context: Context = copy_context()
        self.context.run(NODE.set, self)


class VirtualLoop(asyncio.AbstractEventLoop):
    """Just enough of a loop for tasks, futures, timers and what asyncio builds of them."""

    def __init__(self, random_source: random.Random) -> None:
        self.random = random_source
        self.world = Node("world")
        self.now = 0.0
        self.steps = 0
        self.trace = 0  # a checksum over every step: who ran what, and when
        self.dying: Callable[[Node], None] = lambda node: None
        self._ready: dict[Node, None] = {}  # nodes with something to run
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._made = 0

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run until `work` is done. Raises RuntimeError when nothing is left that could end it."""
        asyncio._set_running_loop(self)
        try:
            main = self.create_task(work, context=self.world.context)
            while not main.done():
                self._step()
            return main.result()
        finally:
            asyncio._set_running_loop(None)

    def _step(self) -> None:
        able = [node for node in self._ready if not node.stopped]
        if not able:
            return self._pass_time()
        node = able[0] if len(able) == 1 else able[int(self.random.random() * len(able))]
        handle = node.ready.popleft()
        if not node.ready:
            del self._ready[node]
        if handle._cancelled:
            return None
        self.steps += 1
        self.trace = zlib.crc32(b"%.6f" % self.now, self.trace ^ node.mark)
        handle._run()
        if node.steps_to_live is not None:
            node.steps_to_live -= 1
            if node.steps_to_live <= 0:
                node.steps_to_live = None
                self.dying(node)
        return None

    def _pass_time(self) -> None:
        while self._timers and self._timers[0][2]._cancelled:
            heapq.heappop(self._timers)
        if not self._timers:
            raise RuntimeError("everybody waits for ever")
        self.now = max(self.now, self._timers[0][0])
        while self._timers and self._timers[0][0] <= self.now:
            self._put(heapq.heappop(self._timers)[2])

    def _put(self, handle: asyncio.Handle) -> None:
        node = handle._context.get(NODE) or self.world  # type: ignore[attr-defined]
        node.ready.append(handle)
        self._ready[node] = None

    def go_on(self, node: Node) -> None:
        """SIGCONT."""
        node.stopped = False

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._put(handle)
        return handle

    call_soon_threadsafe = call_soon

    def call_later(
        self, delay: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self.now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._made += 1
        heapq.heappush(self._timers, (when, self._made, handle))
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(
        self, coro: Any, *, name: str | None = None, context: Context | None = None, **_: Any
    ) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self, name=name, context=context)
        node = context.get(NODE) if context else NODE.get()
        if node is not None:
            node.tasks[task] = None
            task.add_done_callback(lambda done: node.tasks.pop(done, None))
        return task

    def time(self) -> float:
        return self.now

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def get_debug(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """A task that died of its node's death, and nobody asked what of."""

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None: ...
