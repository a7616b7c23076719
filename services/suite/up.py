# SPDX-License-Identifier: EUPL-1.2
"""The whole suite on one machine: bus, stores, services and proxy, each a process of its own, until it is
stopped.
"""

import asyncio
import signal
from collections.abc import Sequence

import httpx

from services.suite.bus import BUS_GRACE, STRENGTHEN, SuiteError, close_stream, held, start_bus, tend
from services.suite.child import Child, Launch, program
from services.suite.console import console, speaker
from services.suite.forks import forked, service
from services.suite.member import Member, url_of
from shared.settings import Settings

BUS_WITHIN, READY_WITHIN = 30.0, 60.0  # seconds, on a slow machine with a large store
SERVICE_GRACE = 6.0  # with that of the bus below the 10 s in which everything stops

PREPARE = "services.suite.prepare"


def up(settings: Settings, with_example: bool = False) -> None:
    """Run the suite until SIGTERM or Ctrl-C. What makes that impossible is raised before anything starts."""
    with held(settings.data_dir):
        asyncio.run(Suite(settings, with_example).run())


class Suite:
    """Starts everything in order and stops it in the opposite one. It imports no service itself."""

    def __init__(self, settings: Settings, with_example: bool) -> None:
        self.settings, self.with_example = settings, with_example
        self.members: Sequence[Member] = ()
        self.bus: Child | None = None
        self.children: list[Child] = []
        self._tending: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Until it is stopped."""
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        console.print("Kernpuls starts …")
        life = asyncio.create_task(self._live())
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

    async def _live(self) -> None:
        self.members = await forked(PREPARE, "plan", self.settings, self.with_example)
        command, added = await forked("services.suite.proxy", "prepare_proxy", self.settings)
        stores = [forked(PREPARE, "prepare_store", self.settings, each) for each in self.members]
        await asyncio.gather(self._start_bus(), *stores)
        behind = behind_the_proxy(self.settings) | {"KERNPULS_EXAMPLE": "yes" if self.with_example else "no"}
        for each in self.members:
            self._start(each.name, service(each.package, behind))
        self._start("proxy", program(command, added))
        await self._until_ready()
        self._tell_where()
        if self.with_example:
            await forked("services.suite.player", "play_example", self.settings)
        await asyncio.Event().wait()

    def _start(self, name: str, launch: Launch) -> None:
        self.children.append(Child(name, launch, speaker(name, len(self.children) + 1)))
        self.children[-1].start()

    async def _start_bus(self) -> None:
        if self.settings.nats_url is not None:
            await self._prepare_stream(5.0)
            return
        directory = self.settings.data_dir / "nats"
        self.bus = start_bus(self.settings, STRENGTHEN)
        self._tending = asyncio.create_task(tend(self.bus, directory))
        await self._prepare_stream(BUS_WITHIN)
        close_stream(self.bus, directory)

    async def _prepare_stream(self, patience: float) -> None:
        await forked(PREPARE, "prepare_stream", self.settings, patience)

    async def _until_ready(self) -> None:
        waiting = {each.name: url_of(self.settings, each) + "health/ready" for each in self.members}
        waiting["proxy"] = f"{self.settings.site_here}/"
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


def behind_the_proxy(settings: Settings) -> dict[str, str]:
    """What is added to the environment of a service: it listens here alone, and believes the proxy about who
    asks.
    """
    return {
        "KERNPULS_HOST": "127.0.0.1",
        "KERNPULS_PROXY": "127.0.0.1",
        "KERNPULS_PUBLIC_URL": settings.site_url,
    }


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx.HTTPError:
        return False
