# SPDX-License-Identifier: EUPL-1.2
"""The network between the services' NATS clients and the model of the server, with its faults.

A connection is a pair of queues in order, as TCP is. When it breaks, what was on its way is lost or still
lands; what a client says meanwhile it keeps and says later, as nats-py does.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import nats.errors
from nats.aio.msg import Msg

from tests.campaigns.simulation.jetstream import Headers, Server
from tests.campaigns.simulation.loop import NODE, Node, VirtualLoop

Callback = Callable[[Msg], Awaitable[None]]


class Net:
    """Everybody who is connected. `lossy` is how often a single message gets lost, doubled or very late."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop, self.random = loop, loop.random
        self.node = Node("nats-server")
        self.up = True
        self.lossy = 0.0
        self.clients: list[Client] = []
        self.listening: dict[str, Client] = {}
        self.server = Server(loop.time, self._later, self.deliver, self.listening.__contains__)

    def _later(self, delay: float, work: Callable[[], None]) -> None:
        self.loop.call_later(delay, work, context=self.node.context)

    def latency(self) -> float:
        quick = self.random.random() * 0.002
        return quick if self.random.random() >= self.lossy else self.random.random() * 8.0

    def copies(self) -> int:
        """How often a message arrives that was sent once."""
        if not self.lossy or self.random.random() >= self.lossy:
            return 1
        return 0 if self.random.random() < 0.6 else 2

    def deliver(self, inbox: str, reply: str, headers: Headers | None, data: bytes, subject: str) -> None:
        """From the server to whoever listens."""
        client = self.listening.get(inbox)
        if client is None or not client.is_connected:
            return
        for _ in range(self.copies()):
            client.inward = max(client.inward, self.loop.now + self.latency())
            message = Msg(client, subject or inbox, reply, data, headers)  # type: ignore[arg-type]
            self.loop.call_at(
                client.inward, client.arrive, client.epoch, inbox, message, context=client.context
            )

    def stop(self) -> None:
        """The server dies: every connection breaks."""
        self.up = False
        for client in self.clients:
            client.cut()

    def start(self, states: dict[str, Any]) -> None:
        self.up = True
        self.server.restart(states)


class Client:
    """What the plumbing uses of nats-py's client."""

    def __init__(self, net: Net, name: str) -> None:
        self.net, self.options = net, {"name": name}
        node = NODE.get() or net.loop.world
        self.node, self.context = node, node.context
        self.is_connected, self.is_closed = True, False
        self.epoch, self.inboxes, self.stats = 0, 0, {"reconnects": 0}
        self.inward = self.outward = 0.0
        self.kept: list[tuple[str, str, Headers, bytes]] = []
        self.callbacks: dict[str, asyncio.Queue[Msg]] = {}
        self.answers: dict[str, asyncio.Future[Msg]] = {}
        self.prefix = f"_INBOX_{node.name}"
        net.clients.append(self)
        if not net.up:
            self.cut()

    def new_inbox(self) -> str:
        self.inboxes += 1
        return f"{self.prefix}.{self.inboxes}"

    async def subscribe(self, inbox: str, cb: Callback) -> "Subscription":
        self._alive()
        queue = self.callbacks[inbox] = asyncio.Queue()
        self._listen(inbox)

        async def call() -> None:
            while True:
                await cb(await queue.get())

        return Subscription(self, inbox, asyncio.ensure_future(call()))

    async def publish(
        self, subject: str, payload: bytes = b"", reply: str = "", headers: Headers | None = None
    ) -> None:
        self._alive()
        await asyncio.sleep(0)
        self._say(subject, reply, headers or {}, payload)

    async def request(
        self, subject: str, payload: bytes = b"", timeout: float = 0.5, headers: Headers | None = None
    ) -> Msg:
        self._alive()
        inbox = self.new_inbox()
        answer = self.answers[inbox] = asyncio.get_running_loop().create_future()
        self._listen(inbox)
        self._say(subject, inbox, headers or {}, payload)
        try:
            async with asyncio.timeout(timeout):
                message: Msg = await answer
        except TimeoutError:
            raise nats.errors.TimeoutError from None
        finally:
            self.answers.pop(inbox, None)
            self.net.listening.pop(inbox, None)
        if (message.headers or {}).get("Status") == "503":
            raise nats.errors.NoRespondersError
        return message

    def arrive(self, epoch: int, inbox: str, message: Msg) -> None:
        if epoch != self.epoch or self.node.dead:
            return
        if (queue := self.callbacks.get(inbox)) is not None:
            queue.put_nowait(message)
        elif (answer := self.answers.get(inbox)) is not None and not answer.done():
            answer.set_result(message)

    def _alive(self) -> None:
        if self.is_closed or self.node.dead:
            raise nats.errors.ConnectionClosedError

    def _listen(self, inbox: str) -> None:
        if self.is_connected:
            self.net.listening[inbox] = self

    def _say(self, *words: Any) -> None:
        if not self.is_connected:
            self.kept.append(words)
            return
        for _ in range(self.net.copies()):
            self.outward = max(self.outward, self.net.loop.now + self.net.latency())
            loop, node = self.net.loop, self.net.node
            loop.call_at(self.outward, self._reach, self.epoch, words, context=node.context)

    def _reach(self, epoch: int, words: tuple[str, str, Headers, bytes]) -> None:
        """At the server; of a broken connection, what had got that far still lands."""
        if self.net.up and (epoch == self.epoch or self.net.random.random() < 0.5):
            self.net.server.receive(*words)

    def cut(self) -> None:
        """The connection is lost; nobody hears what is said to this client until it is back."""
        self.is_connected = False
        self.epoch += 1
        self.forget()
        if not self.node.dead:
            self.net.loop.call_later(
                0.2 + self.net.random.random() * 2, self._reconnect, context=self.context
            )

    def forget(self) -> None:
        for inbox in [inbox for inbox, client in self.net.listening.items() if client is self]:
            del self.net.listening[inbox]

    def _reconnect(self) -> None:
        if self.is_connected or self.is_closed or self.node.dead:
            return
        if not self.net.up or self.net.node.stopped:
            self.net.loop.call_later(1.0, self._reconnect, context=self.context)
            return
        self.is_connected = True
        self.stats["reconnects"] += 1
        for inbox in (*self.callbacks, *self.answers):
            self._listen(inbox)
        kept, self.kept = self.kept, []
        for words in kept:
            self._say(*words)


class Subscription:
    def __init__(self, client: Client, inbox: str, calling: "asyncio.Task[None]") -> None:
        self.client, self.inbox, self.calling = client, inbox, calling

    async def unsubscribe(self) -> None:
        self.client._alive()
        self.calling.cancel()
        self.client.callbacks.pop(self.inbox, None)
        self.client.net.listening.pop(self.inbox, None)


class Bus:
    """In the place of shared.messaging.broker.Bus: the connection of one process."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.prepare: Any = None

    def start(self) -> None: ...

    @property
    def is_connected(self) -> bool:
        return self.client.is_connected

    async def connection(self) -> Client:
        while not self.client.is_connected:
            await asyncio.sleep(0.2)
        return self.client
