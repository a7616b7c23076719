# SPDX-License-Identifier: EUPL-1.2
"""Every refusal and failure as one RFC 9457 answer; for people on the pages, a Dutch one.

Nothing of the inside leaks: who calls hears a correlation id, the log has the exception beside it.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from shared.access.session import LOG_IN
from shared.contracts.refusals import FieldError, Invalid, NotAllowed, NotFound, NotKnown, Refused
from shared.http.cause import CAUSE
from shared.http.pages import apology, is_page
from shared.http.prefix import PATH
from shared.outage import is_outage

RETRY_AFTER = "5"  # seconds: a lock is given up after five, a restarted database is back by then
MOST = 100  # errors named in one answer: a megabyte of unknown fields must not come back tenfold
MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger(__name__)

ADVICE = {
    "extra_forbidden": "is not known here; leave it out or correct its spelling",
    "missing": "is required; add it",
}


class InvalidField(BaseModel):
    """One thing wrong with the request."""

    field: str
    message: str


class Problem(BaseModel):
    """What went wrong and what to do (RFC 9457)."""

    status: int = Field(examples=[400])
    title: str
    detail: str
    errors: list[InvalidField] = Field([], description="On 400: everything wrong with the request")
    code: str = Field("", description="On 409: why not, for programs")
    allowed: list[str] = Field([], description="On 409: what can be done now")


async def answer_to(request: Request, error: Exception) -> Response:
    """The answer to any exception that leaves a route."""
    match error:
        case Invalid():
            return _invalid(request, error.errors)
        case RequestValidationError():
            return _invalid(request, [_field_error(found) for found in error.errors()[:MOST]])
        case NotFound():
            return problem(request, 404, str(error) or "There is nothing at this address.")
        case Refused():
            return problem(request, 409, error.detail, code=error.code, allowed=list(error.allowed))
        case NotKnown():
            return _log_in(request) or problem(
                request, 401, str(error), headers={"WWW-Authenticate": "Bearer"}
            )
        case NotAllowed():
            return problem(request, 403, str(error))
        case HTTPException(status_code=404):
            return problem(request, 404, f"There is nothing at {request.url.path}.")
        case HTTPException(status_code=405):
            return _not_allowed(request)
        case HTTPException():
            return problem(request, error.status_code, error.detail, headers=error.headers)
    log.error("request failed", exc_info=error)
    if isinstance(error, SQLAlchemyError) and is_outage(error):
        detail = (
            "The database cannot be used now. Send it again later, under the same Idempotency-Key; "
            "if it changes something and has no key, see first whether it was recorded."
        )
        return problem(request, 503, detail, headers={"Retry-After": RETRY_AFTER})
    correlation_id = request.scope[CAUSE].correlation_id
    detail = f"This is a fault of ours. When you report it, mention {correlation_id}."
    return problem(request, 500, detail)


def _log_in(request: Request) -> Response | None:
    """Where somebody with a browser goes to see a page; None for who sends something, or is a program."""
    path = request.scope[PATH]
    is_browser = "text/html" in request.headers.get("accept", "") and "authorization" not in request.headers
    if request.method == "GET" and is_page(path) and is_browser:
        return RedirectResponse(f"{LOG_IN}?naar={quote(path)}", 303)
    return None


def problem(
    request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None, **members: Any
) -> Response:
    """problem+json, or a page for a browser outside the API."""
    if is_page(request.scope[PATH]) and "text/html" in request.headers.get("accept", ""):
        rules = request.app.state.transactions.municipality
        return Response(apology(status, rules), status, headers, media_type="text/html")
    return Response(document(status, detail, **members), status, headers, media_type=MEDIA_TYPE)


def document(status: int, detail: str, **members: Any) -> bytes:
    return json.dumps(
        {"status": status, "title": HTTPStatus(status).phrase, "detail": detail, **members}
    ).encode()


def _invalid(request: Request, errors: Sequence[FieldError]) -> Response:
    listed = [{"field": e.field[:200], "message": e.message} for e in errors[:MOST]]
    detail = "; ".join(f"{e['field']}: {e['message']}" for e in listed)
    return problem(request, 400, detail, errors=listed)


def _field_error(found: Mapping[str, Any]) -> FieldError:
    place = [str(part) for part in found["loc"]]
    field = ".".join(place[1:]) or place[0]
    message = found["msg"].removeprefix("Value error, ")
    return FieldError(field, ADVICE.get(found["type"], message))


def _not_allowed(request: Request) -> Response:
    """Starlette names the methods of the first route that matches; the address may have more."""
    path = request.scope[PATH]
    routes = [route for route in iter_route_contexts(request.app.routes) if route.path_regex.match(path)]
    methods = {method for route in routes for method in route.methods or {"GET"}}
    if "GET" in methods:
        methods.add("HEAD")  # the edge answers it wherever there is a GET
    allow = ", ".join(sorted(methods))
    detail = f"{request.method} does not apply to {request.url.path}; use {allow}."
    return problem(request, 405, detail, headers={"Allow": allow})
