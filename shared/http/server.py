# SPDX-License-Identifier: EUPL-1.2
"""The HTTP server below the application: what arrives before there is a request costs little, and no number
of connections that send half of one keeps a service from answering.
"""

import asyncio
import resource
from collections.abc import Sequence
from heapq import nsmallest
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from shared.http import problems, security

HEAD_SECONDS = 10.0  # in which the request line and the headers have arrived
MOST_HEAD, MOST_HEADERS = 16 * 1024, 100  # bytes and number
MOST_CONNECTIONS = 1000
MOST_AHEAD = 16  # requests sent before one ahead of them is answered: what arrives at once may hold 10,000
FILES = 4096  # open files that the system allows by default are too few for so many connections


class Connection(HttpToolsProtocol):
    """uvicorn's protocol with bounds: it has none for the size of headers or the time that they take."""

    _in_head = True  # what arrives next belongs to the request line and the headers
    _fed = _size = 0  # bytes of the request until now, and of its headers
    _since = 0.0  # when it began
    _late: asyncio.TimerHandle | None = None
    _refusal = 400, "This is not an HTTP request."

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._body = bytearray()  # of the request, read and not handed on yet
        self._expect_head()
        if len(self.connections) > MOST_CONNECTIONS:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._have_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._fed += len(data)
        super().data_received(data)
        self._hand_on()
        if self._in_head and self._fed > MOST_HEAD and not self.transport.is_closing():
            self._refuse(431, f"The headers are larger than {MOST_HEAD} bytes. Send fewer or shorter ones.")

    def on_message_begin(self) -> None:
        if len(self.pipeline) == MOST_AHEAD:
            raise ValueError
        super().on_message_begin()
        self._in_head, self._size = True, 0
        self._expect_head()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MOST_HEAD:
            self._refusal = 414, f"The address is longer than {MOST_HEAD} characters."
            raise ValueError

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # a trailer, after the headers were judged
        self._size += len(name) + len(value)
        if self._size > MOST_HEAD or len(self.headers) == MOST_HEADERS:
            most = f"{MOST_HEADERS} or larger than {MOST_HEAD} bytes"
            self._refusal = 431, f"The headers are more than {most}. Send fewer or shorter ones."
            raise ValueError
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._have_head()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body += body  # uvicorn does more for each chunk, and 40,000 may arrive at once

    def _hand_on(self) -> None:
        if self._body:
            super().on_body(bytes(self._body))
            self._body.clear()

    def on_message_complete(self) -> None:
        self._hand_on()
        super().on_message_complete()
        self._in_head, self._fed = True, 0

    def shutdown(self) -> None:
        if self._is_waiting:
            self.transport.abort()  # half a request is not waited for at the end either
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        self._refuse(*self._refusal)

    def _expect_head(self) -> None:
        self._since = self.loop.time()
        if self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self._head_is_late)

    def _have_head(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _head_is_late(self) -> None:
        self._late = None
        self._refuse(408, f"The request did not arrive within {HEAD_SECONDS:g} seconds. Send it again.")

    @property
    def _is_waiting(self) -> bool:
        """Whether the other side is to do something: send the rest, ask something, or read its answer."""
        asked = self.cycle is not None and not self.cycle.response_complete
        return (
            not asked or self.flow.write_paused or (self.cycle.more_body and not self.cycle.response_started)
        )

    def _make_room(self) -> None:
        """Close what has waited longest: refusing the newest would lock out everybody, probes included.

        A tenth at a time, so that to find them does not cost more than to serve who came.
        """
        waiting = [each for each in self.connections if isinstance(each, Connection) and each._is_waiting]
        for each in nsmallest(MOST_CONNECTIONS // 10, waiting, key=lambda each: each._since):
            each._refuse(503, "There are too many connections. Send it again later.")

    def _refuse(self, status: int, detail: str) -> None:
        """Answer what never becomes a request, and close; within another answer it would be read as that."""
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering and (self._in_head or self.cycle.response_started or self.pipeline):
            self.transport.abort()
            return
        if self._fed:
            self.transport.write(_answer(status, detail))
        self.transport.close()


def _answer(status: int, detail: str) -> bytes:
    body = problems.document(status, detail)
    headers = {**security.COMMON, "Content-Type": problems.MEDIA_TYPE, "Content-Length": str(len(body))}
    if status == 503:
        headers["Retry-After"] = problems.RETRY_AFTER
    lines = [f"{name}: {value}\r\n".encode() for name, value in headers.items()]
    return b"".join([STATUS_LINE[status], *lines, b"connection: close\r\n\r\n", body])


def serve(app: FastAPI, host: str, port: int, proxy: Sequence[str] = ()) -> None:
    """Answer until stopped. `proxy` are the addresses of who is believed about who asks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    uvicorn.run(app, host=host, port=port, **options(proxy))


def options(proxy: Sequence[str] = ()) -> dict[str, Any]:
    """How the server is set up, wherever it runs."""
    return {
        "http": Connection,
        "ws": "none",
        "log_config": None,
        "server_header": False,
        # From anybody else, a header that names another sender would count each form as a new one's.
        "proxy_headers": bool(proxy),
        "forwarded_allow_ips": list(proxy),
        "timeout_graceful_shutdown": 5,
    }
