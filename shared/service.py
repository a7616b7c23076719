# SPDX-License-Identifier: EUPL-1.2
"""What a service is made of, and how one process runs it."""

import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI

from shared.contracts.envelope import EventData
from shared.http.app import create_app
from shared.http.security import OpenNetworkRefused, require_closed_network
from shared.logs import configure_logs
from shared.messaging.broker import Bus
from shared.messaging.desk import Action
from shared.messaging.intake import EventHandler
from shared.messaging.leader import Task
from shared.messaging.requests import Reply
from shared.messaging.timers import Timer
from shared.migrated import require_migrated
from shared.municipality import MunicipalityError, load_municipality
from shared.process import Process
from shared.settings import Settings, SettingsError, load_settings
from shared.store import Database, StoreError


@dataclass(frozen=True)
class Service:
    """One service's parts. `package` holds its migrations; `handlers` maps event types to functions.

    `api` serves `/v1/…`, `pages` serves HTML outside the API, both plain FastAPI routers. `static` is
    the folder served at `/static`. `version` is that of the API (semver). The schemas of the events in
    `publishes` are served at `/v1/schemas/{type}.json`. `replies` are the questions it answers other
    services; `actions` are what operators can ask of this service beside what they can ask of any;
    `timers` are its handlers of what is due by the clock alone; `tasks` are what its leader does beside
    what every leader does. `first` is what must be done before anybody is answered; until then every
    request but the probes' is told to come back.
    """

    name: str
    port: int
    title: str
    handlers: Mapping[type[EventData], EventHandler] = field(default_factory=dict)
    api: APIRouter | None = None
    pages: APIRouter | None = None
    static: Path | None = None
    version: str = "1.0.0"
    publishes: tuple[type[EventData], ...] = ()
    replies: tuple[Reply[Any, Any], ...] = ()
    actions: Callable[[Process], Mapping[str, Action]] = lambda _process: {}
    timers: tuple[Timer, ...] = ()
    tasks: Callable[[Process], Mapping[str, Task]] = lambda _process: {}
    first: Callable[[Process], Awaitable[None]] | None = None

    @property
    def package(self) -> str:
        return f"services.{self.name}"


def run(service: Service) -> None:
    """Serve until told to stop. What makes a start impossible is one sentence on stderr, and exit code 2."""
    try:
        settings = load_settings()
        configure_logs(service.name, settings.log_level)
        application = assemble(service, settings)
    except (SettingsError, MunicipalityError, StoreError, OpenNetworkRefused) as error:
        sys.stderr.write(f"{service.name}: {error}\n")
        raise SystemExit(2) from None
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port_of(service.port),
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=5,
        limit_concurrency=1000,
    )


def assemble(service: Service, settings: Settings) -> FastAPI:
    """The application of one service, with everything that runs beside it between its start and its stop."""
    require_closed_network(settings.host, settings.trusted_network)
    municipality = load_municipality(settings.municipality)
    database = Database(settings.database_of(service.name), service.name)
    database.hold()
    require_migrated(database, service.package)
    process = Process(service, database, municipality, Bus(settings.bus_url, service.name))
    app = create_app(
        service, process.transactions, process.ready, process.metrics.registry, settings.trusted_network
    )
    app.state.bus = process.bus
    app.state.serves = lambda: process.serves
    app.router.lifespan_context = process.lifespan
    return app
