# SPDX-License-Identifier: EUPL-1.2
"""The one layer around every request: who caused it, may it come in, what its answer carries.

Plain ASGI, because Starlette's middleware class costs a task and two streams per request.
"""

from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from shared.access.door import Door
from shared.contracts.refusals import FieldError, Invalid
from shared.http import security
from shared.http.bodies import JSON, is_file, largest, read_body, read_json
from shared.http.cause import CAUSE, CORRELATION_ID, cause_of
from shared.http.load import Load
from shared.http.metrics import RequestMetrics
from shared.http.pages import in_api, is_page
from shared.http.prefix import PATH
from shared.http.problems import answer_to
from shared.http.security import Reach
from shared.messaging.transaction import NewId

LONGEST_PATH, LONGEST_TYPE, MOST_KEYS = 500, 200, 100


class Outgoing:
    """One answer on its way out, with the headers that every answer has. `status` is 0 until it began."""

    def __init__(self, send: Send, added: list[tuple[bytes, bytes]], without_body: bool) -> None:
        self._send, self._added, self._without_body = send, added, without_body
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message["headers"], *self._added]}
        elif self._without_body:
            message = {**message, "body": b""}
        await self._send(message)


class Edge:
    def __init__(
        self,
        app: ASGIApp,
        version: str,
        new_id: NewId,
        measures: RequestMetrics,
        reach: Reach,
        door: Door,
    ) -> None:
        self.app, self.new_id, self.measures, self.reach, self.door = app, new_id, measures, reach, door
        self.load = Load()
        self.api_headers = security.headers_for(security.API_POLICY, version)
        self.page_headers = security.headers_for(security.PAGE_POLICY, version)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        cause = cause_of(headers, self.new_id)
        bind_contextvars(correlation_id=cause.correlation_id)
        rules = self.page_headers if is_page(scope[PATH]) else self.api_headers
        added = [*rules, (CORRELATION_ID.encode(), cause.correlation_id.encode())]
        answer = Outgoing(send, added, without_body=scope["method"] == "HEAD")
        # HEAD is GET without the body (RFC 9110); the routes know GET only.
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        scope = {**scope, "method": method, CAUSE: cause}
        try:
            with self.load.carry(scope[PATH], _size(headers)):
                await self.app(scope, await self._admit(scope, headers, receive), answer.send)
        except ClientDisconnect:
            return
        except Exception as error:
            if answer.status:
                raise  # half an answer is on its way: only breaking the connection tells the caller
            response = await answer_to(Request(scope), error)
            await response(scope, receive, answer.send)
        finally:
            self.measures.observe(method, _template(scope), answer.status, perf_counter() - started)

    async def _admit(self, scope: Scope, headers: dict[str, str], receive: Receive) -> Receive:
        """Refuse what no route should have to think of; the body that was checked, to be read again."""
        self.reach.check_host(headers)
        self.reach.check_site(scope["method"], headers)
        check_address(scope[PATH], scope["query_string"])
        scope[CAUSE] = replace(scope[CAUSE], actor=await self.door.who(headers))
        announced, kind = headers.get("content-length", "0"), headers.get("content-type", "")
        if len(kind) > LONGEST_TYPE:
            raise HTTPException(415, f"The Content-Type is longer than {LONGEST_TYPE} characters.")
        if announced == "0" and "transfer-encoding" not in headers:
            return receive
        if not announced.isdecimal():
            raise Invalid(FieldError("Content-Length", "is not a number of bytes"))
        body = await read_body(receive, int(announced), kind)
        if body and in_api(scope[PATH]) and not is_file(kind):
            scope[JSON] = await read_json(kind, headers.get("content-encoding", ""), body)
        return _again(body, receive)


def _size(headers: Mapping[str, str]) -> int:
    """The most bytes that the body can have."""
    announced = headers.get("content-length", "0")
    if "transfer-encoding" in headers or not announced.isdecimal():
        return largest(headers.get("content-type", ""))
    return min(int(announced), largest(headers.get("content-type", "")))


def check_address(path: str, query: bytes) -> None:
    if len(path) > LONGEST_PATH:
        raise HTTPException(414, f"The path is longer than {LONGEST_PATH} characters.")
    if "\0" in path or (path.endswith("/") and path != "/"):
        raise HTTPException(404)
    if b"%00" in query:
        raise Invalid(FieldError("query", "holds a NUL character (%00); leave it out"))
    _check_keys(query, in_api(path))


def _again(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _check_keys(query: bytes, once: bool) -> None:
    """Of a key that stands there twice one reader takes the first and another the last."""
    if query.count(b"&") >= MOST_KEYS:
        raise Invalid(FieldError("query", f"has more than {MOST_KEYS} keys; use fewer"))
    seen = set[str]()
    for key, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True) if once else ():
        if key in seen:
            raise Invalid(FieldError(key[:100], "stands in the query twice; keep one"))
        seen.add(key)


def _template(scope: Scope) -> str:
    """The route as it is written, so that no id becomes a label."""
    route = scope.get("route")
    if isinstance(route, APIRoute):
        return f"/v1{route.path}" if in_api(scope[PATH]) else route.path
    return "/static" if "endpoint" in scope else "none"
