# SPDX-License-Identifier: EUPL-1.2
"""The whole suite on one machine: bus, stores, services, each a process of its own, until it is stopped."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence

import httpx

from services.suite.bus import BUS_GRACE, STRENGTHEN, SuiteError, close_stream, held, start_bus, tend
from services.suite.child import Child
from services.suite.console import console, speaker
from services.suite.discovery import url_of
from services.suite.prepare import prepare_store, prepare_stream, require_free_ports
from shared.http.security import require_closed_network
from shared.municipality import load_municipality
from shared.service import Service
from shared.settings import Settings

BUS_WITHIN, READY_WITHIN = 30.0, 60.0  # seconds, on a slow machine with a large store
SERVICE_GRACE = 6.0  # with that of the bus below the 10 s in which everything stops

Afterwards = Callable[[], Awaitable[None]]


def up(settings: Settings, services: Sequence[Service], afterwards: Afterwards | None = None) -> None:
    """Run the suite until SIGTERM or Ctrl-C. What makes that impossible is raised before anything starts."""
    municipality = load_municipality(settings.municipality)
    require_closed_network(settings.host, settings.trusted_network)
    with held(settings.data_dir):
        require_free_ports(settings, services)
        console.print(f"Kernpuls starts for {municipality.name} …")
        asyncio.run(Suite(settings, services).run(afterwards))


class Suite:
    """Starts everything in order and stops it in the opposite one."""

    def __init__(self, settings: Settings, services: Sequence[Service]) -> None:
        self.settings, self.services = settings, services
        self.bus: Child | None = None
        self.children: list[Child] = []
        self._tending: asyncio.Task[None] | None = None

    async def run(self, afterwards: Afterwards | None) -> None:
        """Until it is stopped; `afterwards` runs once all is ready."""
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        life = asyncio.create_task(self._live(afterwards))
        stopping = asyncio.create_task(stopped.wait())
        try:
            await asyncio.wait({life, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            life.cancel()
            outcome = (await asyncio.gather(life, return_exceptions=True))[0]
            await self._stop()
            console.print("Kernpuls has stopped.")
        if isinstance(outcome, Exception):
            raise outcome

    async def _live(self, afterwards: Afterwards | None) -> None:
        await self._start_bus()
        for service in self.services:
            await asyncio.to_thread(prepare_store, self.settings, service)
        for place, service in enumerate(self.services, 1):
            command = [sys.executable, "-u", "-m", service.package]
            self.children.append(Child(service.name, command, speaker(service.name, place)))
            self.children[-1].start()
        await self._until_ready()
        self._tell_where()
        if afterwards:
            await afterwards()
        await asyncio.Event().wait()

    async def _start_bus(self) -> None:
        if self.settings.nats_url is not None:
            await prepare_stream(self.settings, 5.0)
            return
        directory = self.settings.data_dir / "nats"
        self.bus = start_bus(self.settings, STRENGTHEN)
        self._tending = asyncio.create_task(tend(self.bus, directory))
        await prepare_stream(self.settings, BUS_WITHIN)
        close_stream(self.bus, directory)

    async def _until_ready(self) -> None:
        waiting = {service.name: url_of(self.settings, service) + "health/ready" for service in self.services}
        async with httpx.AsyncClient(timeout=2) as client:
            deadline = asyncio.get_running_loop().time() + READY_WITHIN
            while waiting:
                if asyncio.get_running_loop().time() > deadline:
                    names = ", ".join(sorted(waiting))
                    raise SuiteError(
                        f"{names} did not get ready in {READY_WITHIN:g} s; the lines above say why."
                    )
                await asyncio.sleep(0.1)
                for name, url in list(waiting.items()):
                    if await _answers(client, url):
                        del waiting[name]

    def _tell_where(self) -> None:
        console.print("Kernpuls is up. Ctrl-C stops it.")
        for service in self.services:
            page = "" if service.pages else "v1/openapi.json"
            console.print(f"  {service.name:<14} {url_of(self.settings, service)}{page}")
        if self.bus:
            console.print(f"  {'events':<14} {self.settings.bus_url}")
        console.print(f"  {'data':<14} {self.settings.data_dir}")

    async def _stop(self) -> None:
        await asyncio.gather(*(child.stop(SERVICE_GRACE) for child in self.children))
        if self.bus and self._tending:
            self._tending.cancel()
            await self.bus.stop(BUS_GRACE)


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx.HTTPError:
        return False
