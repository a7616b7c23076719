# SPDX-License-Identifier: EUPL-1.2
"""Routers whose routes say who may come, refuse an unknown query, and check a command once, off the event
loop when it is large.

FastAPI alone would read the JSON a second time, and check a megabyte of it while nobody is answered.
"""

from collections.abc import Callable, Coroutine, Sequence
from functools import cached_property, partial
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from shared.access.actor import Actor
from shared.access.rules import access_of
from shared.access.session import FRESH, GO_ON
from shared.contracts.refusals import FieldError, Invalid, NotKnown
from shared.http.bodies import JSON, aside
from shared.http.cause import CAUSE
from shared.http.openapi import API
from shared.http.pages import in_api
from shared.http.prefix import PATH
from shared.http.problems import MOST

Handle = Callable[[Request], Coroutine[Any, Any, Response]]


def _is_stale(actor: Actor, request: Request) -> bool:
    """Whether something is read with a session that has to be looked at again. What is sent is taken."""
    now: float = request.app.state.transactions.clock().timestamp()
    return request.method == "GET" and now - actor.known_at > FRESH.total_seconds()


class PageRoute(APIRoute):
    """A route that says who may come, and lets nobody else in."""

    def get_route_handler(self) -> Handle:
        handle, access = self.prepared(super().get_route_handler()), access_of(self.endpoint)

        async def admitted(request: Request) -> Response:
            actor: Actor = request.scope[CAUSE].actor
            access.check(actor)
            if actor.session and not access.is_public and _is_stale(actor, request):
                if in_api(request.scope[PATH]):
                    raise NotKnown("The session has to be looked at again: open a page of the work part.")
                return RedirectResponse(f"{GO_ON}?naar={quote(request.scope[PATH])}", 303)
            return await handle(request)

        return admitted

    def prepared(self, handle: Handle) -> Handle:
        """What is done with a request before it is handled, and after whoever sent it was let in."""
        return handle


class Route(PageRoute):
    """A route of the API."""

    def prepared(self, handle: Handle) -> Handle:
        known = _query(self.dependant)

        async def checked(request: Request) -> Response:
            _refuse_unknown(request, known)
            if JSON in request.scope:
                size = len(await request.body())
                # FastAPI takes this for the JSON it read, and a command of the right class for checked.
                request._json = await aside(size, partial(self._command, request.scope[JSON]))
            return await handle(request)

        return checked

    def _command(self, said: Any) -> Any:
        if self.body_field is None or self._embed_body_fields:
            return said
        command, errors = self.body_field.validate(said, loc=("body",))
        if errors:
            # Without what was sent, which each of them holds in whole or in part.
            raise RequestValidationError(
                [{key: e[key] for key in ("type", "loc", "msg")} for e in errors[:MOST]]
            )
        return command


def _query(dependant: Dependant) -> set[str]:
    """The query parameters of a route and of what it depends on."""
    below = (_query(each) for each in dependant.dependencies)
    return {parameter.alias for parameter in dependant.query_params}.union(*below)


def _refuse_unknown(request: Request, known: set[str]) -> None:
    """A filter with a typing error would else answer with everything."""
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        whole = ", ".join(sorted(known)) or "none"
        raise Invalid(
            *(FieldError(name[:100], f"is unknown here; known are: {whole}") for name in unknown[:MOST])
        )


class Pages(APIRouter):
    """A router of pages: what people see with a browser."""

    def __init__(self, route: type[PageRoute] = PageRoute, **options: Any) -> None:
        super().__init__(route_class=route, **options)

    @cached_property
    def put_together(self) -> Sequence[BaseRoute]:
        """The routes as an application has them. FastAPI takes a tenth of a second for that, so once serves
        every application that is made of a service: the tests make one for each test.
        """
        outer = APIRouter()
        outer.include_router(self, prefix=self.below, include_in_schema=bool(self.below))
        return outer.routes

    below = ""  # what the paths begin with


class Router(Pages):
    """A router of a service's API."""

    below = API

    def __init__(self, **options: Any) -> None:
        super().__init__(Route, **options)
