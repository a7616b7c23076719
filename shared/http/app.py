# SPDX-License-Identifier: EUPL-1.2
"""One service's HTTP application, with the NL API Design Rules and the house rules built in."""

import asyncio
import gc
import json
import mimetypes
import sys
from functools import cache, partial

import anyio
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from shared.access.door import Door
from shared.access.rules import reads
from shared.access.session import Sessions
from shared.contracts.refusals import NotFound
from shared.contracts.schema import schema_of
from shared.http.edge import Edge
from shared.http.metrics import RequestMetrics
from shared.http.openapi import API, document
from shared.http.prefix import Prefixed
from shared.http.probes import Ready, probes
from shared.http.problems import answer_to
from shared.http.rates import FormRates
from shared.http.router import Pages
from shared.http.security import Reach
from shared.http.site import compile_templates
from shared.http.site.menu import prefix_of
from shared.http.site.own_theme import router as themes
from shared.messaging.transaction import Transactions
from shared.service import Service
from shared.settings import FORMS_PER_HOUR

FOR_EVERYBODY = {"Access-Control-Allow-Origin": "*"}


def create_app(
    service: Service,
    transactions: Transactions,
    ready: Ready,
    registry: CollectorRegistry,
    door: Door,
    reach: Reach = Reach(),
    forms_per_hour: int = FORMS_PER_HOUR,
    sessions: Sessions | None = None,
) -> FastAPI:
    """`ready` gives what is not ready yet: name to reason. Without a list of hosts, `reach` is loopback;
    without `sessions` nobody can log in.
    """
    municipality = transactions.municipality
    app = FastAPI(
        title=service.title,
        version=service.version,
        contact=municipality.contact.model_dump(),
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        openapi_url=None,  # its documentation pages load scripts from other hosts
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.transactions = transactions
    app.state.forms, app.state.door, app.state.sessions = FormRates(forms_per_hour), door, sessions
    app.router.routes.extend(probes(ready, registry).put_together)
    _include_own(app, service, municipality.schema_base)
    app.add_exception_handler(HTTPException, answer_to)
    app.add_exception_handler(RequestValidationError, answer_to)
    app.add_middleware(
        Edge,
        version=service.version,
        new_id=transactions.new_id,
        measures=RequestMetrics(registry),
        reach=reach,
        door=door,
    )
    app.add_middleware(Prefixed, prefix=prefix_of(service.name))  # the last is the outermost
    return app


def _include_own(app: FastAPI, service: Service, schema_base: str) -> None:
    app.include_router(_published(app, service, schema_base), prefix=API, include_in_schema=False)
    if service.api:
        app.router.routes.extend(service.api.put_together)
    if service.pages:
        app.router.routes.extend([*service.pages.put_together, *themes.put_together])
    if service.static:
        app.mount("/static", StaticFiles(directory=service.static))


def prepare(app: FastAPI) -> None:
    """What is done once, before anybody is answered: the first who asks for it would have everybody wait."""
    list(iter_route_contexts(app.routes))  # FastAPI puts its routes together when they are first asked for
    compile_templates()
    mimetypes.init()  # reads files of the system
    anyio.run(anyio.sleep, 0)  # loads what it runs on
    sys.setswitchinterval(0.001)  # seconds that the event loop waits for a thread that reads a large body
    gc.collect()
    gc.freeze()  # what is there now stays: to look through it for garbage takes longer than a request


def _described(app: FastAPI, root: str) -> str:
    """What it takes to describe an API stays in memory: looking through that for garbage, while it is made or
    later, would take longer than a request.
    """
    gc.disable()
    try:
        return json.dumps(document(app, root), ensure_ascii=False)
    finally:
        gc.freeze()
        gc.enable()


def _published(app: FastAPI, service: Service, schema_base: str) -> Pages:
    """What anybody may read about the API and its events."""
    router = Pages()
    kinds = {f"{kind.TYPE}.json": kind for kind in service.publishes}
    app.state.described = cache(partial(_described, app))

    @router.get("/openapi.json")
    @reads("anybody")
    async def openapi(request: Request) -> Response:
        # a second of work, the first time
        described = await asyncio.to_thread(app.state.described, request.scope["root_path"])
        return Response(described, headers=FOR_EVERYBODY, media_type="application/json")

    @router.get("/schemas/{name}")
    @reads("anybody")
    async def schema(name: str) -> Response:
        if name not in kinds:
            raise NotFound(f"This service publishes {', '.join(kinds) or 'no events'}; not {name!r}.")
        body = json.dumps(schema_of(kinds[name], schema_base), ensure_ascii=False)
        return Response(body, headers=FOR_EVERYBODY, media_type="application/schema+json")

    return router
