# SPDX-License-Identifier: EUPL-1.2
"""A suite of a test's own: the `kernpuls` command as a process, on free ports, in its own directory."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

from services.suite.discovery import discover
from shared.access.own import make_keys
from shared.access.roles import ROLES, SCOPES
from shared.http.site.menu import prefix_of
from shared.messaging.address import bus_url_of
from shared.settings import Settings
from tests.access import as_second, bearer
from tests.answers import described, following
from tests.conftest import HERE, PATIENCE, free_port

KERNPULS = Path(sys.executable).with_name("kernpuls")
SERVICES = {service.name: service for service in discover()}
STANDARD = HERE.parent / "deploy" / "municipalities" / "buren.toml"


def first_free_port() -> int:
    """The first of a row of free ports, one for each service."""
    while True:
        first = random.randrange(20_000, 30_000, 10)
        try:
            for offset in range(10):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", first + offset))
        except OSError:
            continue
        return first


def until(holds: Callable[[], bool], what: str, within: float = PATIENCE) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, f"not within {within:g} s: {what}"
        time.sleep(0.05)


def _heed_ctrl_c() -> None:
    """Who runs the tests in the background of a shell has all that they start ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Suite:
    """What a test does with a running suite; `settings` are KERNPULS_ variables without the prefix."""

    kernpuls = KERNPULS

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder, self.data = folder, folder / "data"
        self.first_port, self.nats_port = first_free_port(), free_port()
        own = {"FIRST_PORT": self.first_port, "NATS_PORT": self.nats_port, "DATA_DIR": self.data}
        own["ACCESS_KEYS"] = keys = folder / "keys"  # beside the data, which some tests lose
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("KERNPULS_")}
        self.environment |= {f"KERNPULS_{name}": str(value) for name, value in (own | settings).items()}
        self.log = folder / "suite.log"
        self.process: subprocess.Popen[bytes] | None = None
        make_keys(keys)
        self.headers = bearer(ROLES, SCOPES, keys=keys)
        self.http = httpx.Client(
            timeout=PATIENCE,
            headers=self.headers,
            event_hooks={
                "request": [lambda request: as_second(request, keys)],
                "response": [self.see_that_it_is_as_described],
            },
        )
        self.keep: dict[str, Any] = {}

    def see_that_it_is_as_described(self, answer: httpx.Response) -> None:
        """Every answer that any test gets; raises AssertionError."""
        at_site = answer.url.port == self.first_port
        answering = [
            name
            for name in SERVICES
            if answer.url.port == self.port(name)
            or (at_site and answer.url.path.startswith(f"{prefix_of(name)}/"))
        ]
        if not answering:
            return
        [service] = answering
        path = answer.url.path.removeprefix(prefix_of(service)) if at_site else answer.url.path
        kind = answer.headers.get("content-type", "")
        faults = described(service).faults(
            answer.request.method, path, answer.status_code, kind, answer.read()
        )
        assert not faults, faults

    def start(self, *command: str) -> None:
        """Start, without waiting."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.kernpuls, *(command or ("up",))],
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd=self.folder,
                preexec_fn=_heed_ctrl_c,
            )

    def up(self) -> None:
        """Start, and wait until every service is ready."""
        said = self.said("Kernpuls is up.")
        self.start()
        until(lambda: self.said("Kernpuls is up.") > said, f"up: {self.told()}")

    def said(self, words: str) -> int:
        return self.told().count(words)

    def told(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)

    def end(self) -> None:
        """Whatever happened, leave nothing behind."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)
        self.http.close()
        until(lambda: not self.processes(), f"processes left: {self.processes()}")

    def processes(self) -> dict[int, str]:
        """Every living process of this suite, by what its environment says: id and command line."""
        mark = f"KERNPULS_DATA_DIR={self.data}".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    if line:  # a zombie has none
                        found[int(entry.name)] = line
            except OSError:
                continue
        return found

    def kill(self, name: str) -> None:
        """SIGKILL one of its processes: a service or nats-server."""
        wanted = f"services.{name}" if name in SERVICES else name
        [pid] = [pid for pid, line in self.processes().items() if wanted in line]
        os.kill(pid, signal.SIGKILL)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another `kernpuls` command on this suite."""
        return subprocess.run(
            [self.kernpuls, *arguments],
            env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=2 * PATIENCE,
        )  # fmt: skip

    @property
    def site(self) -> str:
        """The one address, without a slash at its end."""
        return f"http://127.0.0.1:{self.first_port}"

    def url(self, service: str, path: str) -> str:
        """Of a service itself, for who is on its machine."""
        return f"http://127.0.0.1:{self.port(service)}{path}"

    def port(self, service: str) -> int:
        return self.first_port + SERVICES[service].port - 8000

    @property
    def nats_url(self) -> str:
        """Of the bus, for who only listens."""
        return f"nats://127.0.0.1:{self.nats_port}"

    def bus_url(self, user: str) -> str:
        """As one of its users."""
        given = self.environment.get("KERNPULS_NATS_URL")
        return given or bus_url_of(Settings(data_dir=self.data, nats_port=self.nats_port), user)

    def answers(self, service: str, path: str) -> bool:
        try:
            return self.http.get(self.url(service, path)).status_code == 200
        except httpx.TransportError:
            return False

    def get(self, service: str, path: str, **query: object) -> Any:
        answer = self.http.get(self.url(service, path), params={k: str(v) for k, v in query.items()})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, service: str, path: str, **body: object) -> Any:
        answer = self.http.post(self.url(service, path), json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def all(self, service: str, path: str, **query: object) -> Iterator[dict[str, Any]]:
        """Every item of a collection, page by page."""
        page = self.get(service, path, limit=200, **query)
        while True:
            yield from page["items"]
            if not (onwards := following(page)):
                return
            page = self.http.get(urljoin(self.url(service, path), onwards)).json()

    def on_overview(self, kern: str = "") -> int:
        """How many initiatives the overview counts, of all or of one kern."""
        path = f"/v1/kernen/{kern}/overview" if kern else "/v1/overview"
        return int(self.get("analytics", path)["initiatives"]["total"])

    def figures(self) -> dict[str, Any]:
        """All that the overview shows, but for ids, for when it was asked, and the order within a list."""
        shown = {"": self.get("analytics", "/v1/overview"), "kernen": self.get("analytics", "/v1/kernen")}
        for kern in shown["kernen"]["items"]:
            shown[kern["slug"]] = self.get("analytics", f"/v1/kernen/{kern['slug']}/overview")
        figures: dict[str, Any] = _comparable(shown)
        return figures


def until_settled(suite: Suite) -> None:
    """Wait until the overview stays as it is."""

    def stays() -> bool:
        before = suite.figures()
        time.sleep(0.5)
        return suite.figures() == before

    until(stays, "the overview has caught up")


def _comparable(part: Any) -> Any:
    if isinstance(part, dict):
        counted = {name: len(value) for name, value in part.items() if name == "storyIds"}
        apart = {"asOf", "id", *counted}
        return counted | {name: _comparable(value) for name, value in part.items() if name not in apart}
    if isinstance(part, list):
        return sorted((_comparable(each) for each in part), key=json.dumps)
    return part


@contextmanager
def running(folder: Path, **settings: object) -> Iterator[Suite]:
    folder.mkdir(parents=True, exist_ok=True)
    suite = Suite(folder, **settings)
    try:
        yield suite
    finally:
        suite.end()
