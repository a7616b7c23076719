# SPDX-License-Identifier: EUPL-1.2
"""The worst requests keep nobody waiting: no step of the event loop takes over 20 ms of processor time."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from services.suite.discovery import discover
from shared.access.own import make_keys
from shared.access.roles import ROLES, SCOPES
from shared.http.router import Route
from shared.migrate import migrate
from shared.service import Service
from shared.sqlite import sqlite_url
from shared.store import Database
from tests.access import bearer
from tests.conftest import PATIENCE, free_port
from tests.fuzz.looptime import long_steps, watched
from tests.fuzz.worst import FORM, JSON, file_bodies, heads, json_bodies

WITH_BODY = {"post", "put", "patch"}


@contextmanager
def running(service: Service, folder: Path) -> Iterator[httpx.Client]:
    """The process of one service, on a store of its own; it answers without a bus too."""
    database = Database(sqlite_url(folder, service.name), service.name)
    migrate(database, service.package)
    database.close()
    port = free_port()
    make_keys(folder / "access")
    settings = {"DATA_DIR": folder, "NATS_URL": "nats://127.0.0.1:1", "PORT": port, "LOG_LEVEL": "error"}
    given = os.environ | watched(folder / "steps") | {f"KERNPULS_{k}": str(v) for k, v in settings.items()}
    process = subprocess.Popen([sys.executable, "-m", service.package], env=given)
    try:
        who = bearer(ROLES, SCOPES, keys=folder / "access")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, headers=who) as client:
            while process.poll() is None:
                try:
                    client.get("/health/live")
                    break
                except httpx.TransportError:
                    time.sleep(0.2)
            yield client
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("service", discover(), ids=lambda service: service.name)
def test_no_request_keeps_the_others_waiting(service: Service, tmp_path: Path) -> None:
    with running(service, tmp_path) as client:
        begun = len((tmp_path / "steps").read_text())
        document = client.get("/v1/openapi.json").json()
        paths = [f"/v1{path}" for path, item in document["paths"].items() if WITH_BODY & item.keys()]
        sent = [(name, JSON, body) for name, body in json_bodies().items()]
        sent += [(name, kind, body) for name, (kind, body) in file_bodies().items()]
        forms = [body for _, kind, body in sent if kind == FORM]
        for path, (name, kind, body) in zip(cycle(paths or ["/"]), _as_many(sent, len(paths)), strict=False):
            answer = client.post(path, content=body, headers={"Content-Type": kind, "Idempotency-Key": name})
            # 503: without a bus a service does not begin, and yet reads and checks what it is sent.
            assert answer.status_code in (400, 404, 405, 413, 415, 503), (path, name, answer.text)
        for path in ("/", "/health/live", "/metrics", "/static/none", "/nothing"):
            client.get(path, headers={"Accept": "text/html"})
            client.post(path, content=forms[0], headers={"Content-Type": FORM})
        for head in heads().values():
            _send(client.base_url.port or 0, head)
            assert client.get("/health/live").status_code == 200
        long = long_steps(tmp_path / "steps", begun)
        assert not long, long


def _send(port: int, sent: bytes) -> None:
    """Until it is all there or the service wants no more of it, and hear what it says to it."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as caller, suppress(OSError):
        caller.sendall(sent)
        caller.shutdown(socket.SHUT_WR)
        while caller.recv(65_536):
            pass


def _as_many(sent: list[tuple[str, str, bytes]], paths: int) -> list[tuple[str, str, bytes]]:
    """Each at least once, and for each path at least one."""
    again = cycle(sent)
    return [next(again) for _ in range(max(len(sent), paths))]


@pytest.mark.parametrize("service", discover(), ids=lambda service: service.name)
def test_every_command_is_checked_once_and_off_the_loop(service: Service) -> None:
    routes = [context.original_route for context in iter_route_contexts(service.api.routes)]  # type: ignore[union-attr]
    plain = [route.path for route in routes if isinstance(route, APIRoute) and type(route) is not Route]
    assert routes
    assert plain == []
