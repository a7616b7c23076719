"""The one NATS connection of a service: owned by FastStream's broker, used by relay and consumer too."""

import asyncio

import structlog
from faststream.nats import NatsBroker
from nats.aio.client import Client

log = structlog.get_logger()


class Bus:
    """Connects in the background and again for ever, so that HTTP answers while the bus is away."""

    def __init__(self, url: str, name: str) -> None:
        self.broker = NatsBroker(
            url,
            name=name,
            inbox_prefix=f"_INBOX_{name}",  # so that a user per service may read its own answers only
            allow_reconnect=True,
            max_reconnect_attempts=-1,  # else the client closes for good, and FastStream's loop spins (1.4)
            reconnect_time_wait=1,
            connect_timeout=2,
            ping_interval=10,
            max_outstanding_pings=2,
            graceful_timeout=5,
            drain_timeout=5,
            logger=None,
        )
        self._starting: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._starting = asyncio.create_task(self.broker.start())

    async def connection(self) -> Client:
        """The connection, once there is one; raises what made connecting impossible (wrong password)."""
        if self._starting is None:
            raise RuntimeError("the bus was not started")
        await asyncio.shield(self._starting)
        return self.broker.connection

    @property
    def is_connected(self) -> bool:
        task = self._starting
        if task is None or not task.done() or task.cancelled() or task.exception():
            return False
        return self.broker.connection.is_connected

    async def stop(self) -> None:
        if self._starting is None:
            return
        if not self._starting.done():
            self._starting.cancel()
            return
        try:
            await asyncio.wait_for(self.broker.stop(), 5)
        except Exception as error:  # a bus that is away cannot be drained; nothing of ours depends on it
            log.info("bus.not-drained", error=type(error).__name__)
