# SPDX-License-Identifier: EUPL-1.2
"""Routers that refuse an unknown query, and check a command once, off the event loop when it is large.

FastAPI alone would read the JSON a second time, and check a megabyte of it while nobody is answered.
"""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from shared.contracts.refusals import FieldError, Invalid
from shared.http.bodies import JSON, aside
from shared.http.problems import MOST


class Route(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
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


class Router(APIRouter):
    """A router of a service's API."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=Route, **options)
