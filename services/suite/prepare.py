# SPDX-License-Identifier: EUPL-1.2
"""What must be right before the suite starts: ports, stores, the stream. Each refusal is one sentence."""

import asyncio
import errno
import math
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from services.suite.bus import SuiteError
from services.suite.discovery import members
from services.suite.example import load_example
from services.suite.member import Member
from services.suite.steps import steps_of
from shared.access.own import make_keys
from shared.http.security import require_closed_network
from shared.messaging.address import bus_url_of
from shared.messaging.broker import Bus
from shared.messaging.stream import AWAY, ApiError, NoJetStream, StreamError, ensure_stream
from shared.migrate import migrate
from shared.municipality import load_municipality
from shared.service import Service
from shared.settings import Settings
from shared.store import Database

NO_STORAGE = 10047
JETSTREAM_WITHIN = 20.0  # seconds


def plan(settings: Settings, with_example: bool) -> list[Member]:
    """Whom to start. Refuses a start that would fail halfway, or play an example that is not right."""
    municipality = load_municipality(settings.municipality)
    if with_example:
        if not settings.keeps_cookies or settings.site_url != settings.site_here:
            raise SuiteError(
                "In the example everybody may choose who they are, so it is for this machine alone. Leave "
                "out KERNPULS_HOST and KERNPULS_PUBLIC_URL, or start `kernpuls up`."
            )
        steps_of(load_example(settings.municipality), municipality)
    require_closed_network(settings.host, settings.trusted_network)
    require_free_ports(settings, found := members())
    make_keys(settings.own_keys)
    return found


def require_free_ports(settings: Settings, services: Sequence[Member]) -> None:
    """Refuse a start that would fail halfway."""
    if settings.port:
        raise SuiteError(
            "KERNPULS_PORT is for one service alone (kernpuls run). Set KERNPULS_FIRST_PORT to the first of "
            "six ports for the suite."
        )
    if settings.nats_url is None:
        require_free_bus(settings)
    remedy = "KERNPULS_FIRST_PORT to the first of six free ports"
    _require_free(settings.host, settings.first_port, "the site", remedy)
    for service in services:
        _require_free("127.0.0.1", settings.port_of(service.port), service.name, remedy)


def require_free_bus(settings: Settings) -> None:
    """A nats-server started on a port in use would leave us talking to a stranger."""
    _require_free("127.0.0.1", settings.nats_port, "nats-server", "KERNPULS_NATS_PORT to a free port")


def _require_free(host: str, port: int, user: str, remedy: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be had ({error.strerror})"
            raise SuiteError(
                f"Port {port} on {host}, meant for {user}, {why}. "
                f"Stop the program that uses it, or set {remedy}."
            ) from None


def prepare_store(settings: Settings, service: Member | Service) -> None:
    """Bring the service's database to the version of this code."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_of(service.name), service.name)
    try:
        migrate(database, service.package)
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise SuiteError(
            f"The database of {service.name} cannot be used: {cause}. See that it runs, and that "
            "KERNPULS_DATABASE_URL (or KERNPULS_DATA_DIR, for SQLite) is right."
        ) from None
    finally:
        database.close()


async def prepare_stream(settings: Settings, patience: float) -> str:
    """Create or strengthen the stream, waiting `patience` seconds for the bus. Returns what was done."""
    async with connected(settings, "provision", patience) as bus:
        try:
            return await _ensured(bus, settings)
        except ApiError as error:
            if error.code != NO_STORAGE:
                raise
            raise SuiteError(
                f"nats-server has no room for {settings.stream_max_bytes} bytes of events. "
                "Free disk space, or set KERNPULS_STREAM_MAX_BYTES lower."
            ) from None


async def _ensured(bus: Bus, settings: Settings) -> str:
    """With a copy on each of three servers. A cluster that has only just started elects its leader first."""
    copies = max(n for n in (1, 3, 5) if n <= len(settings.bus_url.split(",")))
    deadline = asyncio.get_running_loop().time() + JETSTREAM_WITHIN
    while True:
        try:
            return await ensure_stream(await bus.connection(), settings.stream_max_bytes, copies)
        except NoJetStream:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.2)


@asynccontextmanager
async def connected(settings: Settings, name: str, patience: float) -> AsyncIterator[Bus]:
    """The bus as its user `name`, once it answers; a SuiteError when it does not within `patience` seconds,
    or goes away.
    """
    bus = Bus(bus_url_of(settings, name), name, math.ceil(patience))
    bus.start()
    try:
        try:
            await asyncio.wait_for(bus.connection(), patience)
        except Exception as error:
            raise _silent(settings, error) from error
        try:
            yield bus
        except StreamError:
            raise
        except AWAY as error:
            raise _silent(settings, error) from error
    finally:
        await bus.stop()


def _silent(settings: Settings, error: Exception) -> SuiteError:
    where = ", ".join(urlsplit(url).netloc.rpartition("@")[2] for url in settings.bus_url.split(","))
    remedy = "See that nats-server runs there and that KERNPULS_NATS_URL is right."
    if settings.nats_url is None:
        remedy = "The lines of nats-server above say why."
    return SuiteError(f"The bus at {where} does not answer ({type(error).__name__}). {remedy}")
