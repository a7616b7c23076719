# SPDX-License-Identifier: EUPL-1.2
"""How one process runs one service."""

import sys
from collections.abc import Sequence

from fastapi import FastAPI

from shared.access.door import Door
from shared.access.issuers import Issuer, load_issuers
from shared.access.own import own_issuer
from shared.access.session import Sessions
from shared.clock import utc_now
from shared.errors import OperatorError
from shared.http.app import create_app, prepare
from shared.http.security import Reach, require_closed_network
from shared.http.server import serve
from shared.logs import configure_logs
from shared.messaging.address import bus_url_of
from shared.messaging.broker import Bus
from shared.migrated import require_migrated
from shared.municipality import load_municipality
from shared.private import keep_private
from shared.process import Process
from shared.service import Service
from shared.settings import Settings, load_settings
from shared.store import Database


def _issuers(settings: Settings) -> Sequence[Issuer]:
    """Whose tokens are believed; without any only what is public is served."""
    given = load_issuers(settings.access) if settings.access else ()
    return [*given, own_issuer(settings.own_keys)]


def run(service: Service) -> None:
    """Serve until stopped. What makes a start impossible is one sentence on stderr, and exit code 2."""
    keep_private()
    try:
        settings = load_settings()
        configure_logs(service.name, settings.log_level)
        application = assemble(service, settings)
    except OperatorError as error:
        sys.stderr.write(f"{service.name}: {error}\n")
        raise SystemExit(2) from None
    serve(application, settings.host, settings.port_of(service.port), settings.proxy)


def assemble(service: Service, settings: Settings) -> FastAPI:
    """The application of one service, with everything that runs beside it between its start and its stop."""
    require_closed_network(settings.host, settings.trusted_network)
    municipality = load_municipality(settings.municipality)
    database = Database(settings.database_of(service.name), service.name)
    database.hold()
    require_migrated(database, service.package)
    process = Process(service, database, municipality, Bus(bus_url_of(settings, service.name), service.name))
    reach = Reach(settings.allowed_hosts, settings.public_url)
    sessions = Sessions(
        settings.own_keys, municipality.code, settings.site_url.startswith("https:"), settings.is_example
    )
    app = create_app(
        service,
        process.transactions,
        process.ready,
        process.metrics.registry,
        Door(_issuers(settings), utc_now, own_issuer(settings.own_keys), sessions.cookie),
        reach,
        settings.forms_per_hour,
        sessions if settings.keeps_cookies else None,
    )
    prepare(app)
    app.state.bus = process.bus
    app.state.serves = lambda: process.serves
    app.router.lifespan_context = process.lifespan
    return app
