# SPDX-License-Identifier: EUPL-1.2
"""An application on a real port, as `kernpuls` serves it, and callers that speak in bytes."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from shared.http.server import options
from tests.conftest import PATIENCE


class Server(uvicorn.Server):
    """Serves on a free port until its test is over."""

    def install_signal_handlers(self) -> None:
        """The test runner keeps its own."""


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[int]:
    server = Server(uvicorn.Config(app, port=0, lifespan="off", **options()))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


def _talk(port: int, sent: bytes, hang_up: bool) -> bytes:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as caller:
        caller.sendall(sent)
        if hang_up:
            caller.shutdown(socket.SHUT_WR)
        heard = b""
        while more := caller.recv(65_536):
            heard += more
        return heard


async def talk(port: int, sent: bytes, hang_up: bool = False) -> bytes:
    """Everything the server says to these bytes, until it closes the connection."""
    return await asyncio.to_thread(_talk, port, sent, hang_up)
