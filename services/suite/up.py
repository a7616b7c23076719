# SPDX-License-Identifier: EUPL-1.2
"""The whole suite on one machine: bus, stores, services and proxy, each a process of its own, until it is
stopped.
"""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence

import httpx

from services.suite.bus import SuiteError, guard_bus, held, prepare_bus, tend
from services.suite.child import Child
from services.suite.console import console, speaker
from services.suite.discovery import url_of
from services.suite.prepare import prepare_store, prepare_stream, require_free_ports
from services.suite.proxy import behind_the_proxy, prepare_proxy
from shared.http.security import require_closed_network
from shared.http.site.menu import api_of
from shared.municipality import load_municipality
from shared.service import Service
from shared.settings import Settings

BUS_WITHIN, READY_WITHIN = 30.0, 60.0  # seconds, on a slow machine with a large store
SERVICE_GRACE, BUS_GRACE = 6.0, 2.0  # together below the 10 s in which everything stops
ALARMS = ("[WRN]", "[ERR]", "[FTL]")  # nats-server writes much more, of use to nobody here
NO_ALARM = "Plaintext passwords detected"  # in a file for its user alone, as that of every service's secret

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
            say = speaker(service.name, place)
            self.children.append(Child(service.name, command, say, added=behind_the_proxy(self.settings)))
            self.children[-1].start()
        command, added = prepare_proxy(self.settings)
        self.children.append(Child("proxy", command, speaker("proxy", len(self.services) + 1), added=added))
        self.children[-1].start()
        await self._until_ready()
        self._tell_where()
        if afterwards:
            await afterwards()
        await asyncio.Event().wait()

    async def _start_bus(self) -> None:
        if self.settings.nats_url is None:
            directory = self.settings.data_dir / "nats"
            room, access = self.settings.stream_max_bytes, guard_bus(directory)
            command = prepare_bus(directory, self.settings.nats_port, room, access)
            self.bus = Child("nats-server", command, speaker("nats-server", 0), is_alarm)
            self.bus.start()
            self._tending = asyncio.create_task(tend(self.bus, directory))
        await prepare_stream(self.settings, BUS_WITHIN if self.bus else 5.0)

    async def _until_ready(self) -> None:
        waiting = {service.name: url_of(self.settings, service) + "health/ready" for service in self.services}
        waiting["proxy"] = self.settings.site_here + api_of(self.services[0].name) + "/openapi.json"
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
        console.print(f"  {'site':<14} {self.settings.site_url}/")
        if self.bus:
            console.print(f"  {'events':<14} {self.settings.bus_url}")
        console.print(f"  {'data':<14} {self.settings.data_dir}")

    async def _stop(self) -> None:
        await asyncio.gather(*(child.stop(SERVICE_GRACE) for child in self.children))
        if self.bus and self._tending:
            self._tending.cancel()
            await self.bus.stop(BUS_GRACE)


def is_alarm(line: str) -> bool:
    return any(mark in line for mark in ALARMS) and NO_ALARM not in line


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx.HTTPError:
        return False
