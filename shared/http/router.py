# SPDX-License-Identifier: EUPL-1.2
"""Routers whose commands are checked once, and off the event loop when they are large.

FastAPI alone would read the JSON a second time, and check a megabyte of it while nobody is answered.
"""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from shared.http.bodies import JSON, aside
from shared.http.problems import MOST


class Route(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def checked(request: Request) -> Response:
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


class Router(APIRouter):
    """A router of a service's API."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=Route, **options)
