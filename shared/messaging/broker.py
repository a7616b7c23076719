# SPDX-License-Identifier: EUPL-1.2
"""The one NATS connection of a service: owned by FastStream's broker, used by relay and consumer too."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import structlog
from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.errors import Error as NatsError

GIVE_UP = 15.0  # seconds without reconnecting, after which the client is replaced
STOP = 1.5  # seconds that each step of an ending may take
log = structlog.get_logger()


class Bus:
    """Connects in the background and again for ever, so that HTTP answers while the bus is away.

    `prepare` registers on every new broker what the service answers. A server has `connect_within` seconds
    to answer; of several, the next is tried after it.
    """

    def __init__(self, url: str, name: str, connect_within: int = 2) -> None:
        self.url = url
        self._new = partial(
            NatsBroker,
            url.split(","),  # the servers of a cluster: when one is away, the next
            name=name,
            inbox_prefix=f"_INBOX_{name}",  # so that a user per service may read its own answers only
            allow_reconnect=True,
            max_reconnect_attempts=-1,  # else the client closes for good, and FastStream's loop spins (1.4)
            reconnect_time_wait=1,
            connect_timeout=connect_within,
            ping_interval=5,  # a server that hangs is given up after three of these
            max_outstanding_pings=2,
            graceful_timeout=STOP,
            drain_timeout=1,
            logger=None,
        )
        self.prepare: Callable[[NatsBroker], None] = lambda broker: None
        self.broker = self._new()
        self._connected: asyncio.Future[Client]
        self._keeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        asyncio.get_running_loop().set_exception_handler(_named)
        self._connected = asyncio.get_running_loop().create_future()
        self._keeping = asyncio.create_task(self._keep())

    async def connection(self) -> Client:
        """The connection, once there is one; raises what makes connecting impossible (wrong password)."""
        if self._keeping is None:
            raise RuntimeError("the bus was not started")
        return await asyncio.shield(self._connected)

    @property
    def is_connected(self) -> bool:
        client = self._client()
        return client is not None and client.is_connected

    async def stop(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping], timeout=STOP)
            await self._drop()

    async def _keep(self) -> None:
        """Connect; when the client is gone for good, drop it and connect anew.

        nats-py closes for good on some errors of the server, and an error that FastStream's callback raises
        (the server is full, the password was changed) ends its reconnecting: both without a word to us.
        """
        while True:
            self.broker = self._new()
            self.prepare(self.broker)
            connected = self._connected
            try:
                await self.broker.start()
                _tolerate_any_subject(self.broker.connection)
                connected.set_result(self.broker.connection)
                await _gone(self.broker.connection)
                log.warning("bus.connects-again")
            except Exception as error:
                connected.set_exception(error)
                connected.exception()  # whoever waits is told; that nobody does is no fault
                log.warning("bus.refused", error=type(error).__name__, detail=str(error))
                await asyncio.sleep(1)
            await self._drop()

    async def _drop(self) -> None:
        client = self._client()
        self._connected = asyncio.get_running_loop().create_future()
        await _briefly(self.broker.stop())
        if client:
            await _briefly(client.close())

    def _client(self) -> Client | None:
        if self._keeping is None or not self._connected.done() or self._connected.exception():
            return None
        return self._connected.result()


def _named(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What tasks of nats-py end with while a connection is dropped, nobody awaits: a line, no traceback."""
    error = context.get("exception")
    if isinstance(error, NatsError):
        log.info("bus.not-drained", error=type(error).__name__)
    else:
        loop.default_exception_handler(context)


async def _briefly(ending: Coroutine[Any, Any, None]) -> None:
    """A bus that hangs cannot be drained; nothing of ours depends on it."""
    task = asyncio.ensure_future(ending)
    await asyncio.wait([task], timeout=STOP)
    task.cancel()
    if task.done() and not task.cancelled() and (error := task.exception()):
        log.info("bus.not-drained", error=type(error).__name__)


async def _gone(client: Client) -> None:
    """Wait until the client is closed, or has not reconnected for a while."""
    away = 0.0
    while away < GIVE_UP and not client.is_closed:
        await asyncio.sleep(1)
        away = 0.0 if client.is_connected else away + 1


def _tolerate_any_subject(client: Client) -> None:
    """One message whose subject is not UTF-8 would end nats-py's reading, again at every delivery."""
    process = client._process_msg

    async def tolerant(sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> Any:
        try:
            return await process(sid, subject, reply, data, headers)
        except UnicodeDecodeError:
            return await process(sid, subject.decode(errors="replace").encode(), reply, data, b"")

    client._process_msg = tolerant  # type: ignore[method-assign]
