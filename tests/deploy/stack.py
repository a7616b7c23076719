# SPDX-License-Identifier: EUPL-1.2
"""The suite as it is deployed: the real compose file, brought up by the real engine."""

import json
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from services.suite.discovery import discover
from shared.access.roles import ROLES, SCOPES
from shared.http.site.menu import api_of
from tests.conftest import free_port

PROJECT = Path(__file__).parents[2]
DEPLOY = PROJECT / "deploy"
IMAGE = "kernpuls:test"
NAMES = [service.name for service in discover()]
THIS_YEAR = datetime.now(UTC).year
TODAY = datetime.now(UTC).date().isoformat()
Body = dict[str, Any]
METRICS = """\
import os, urllib.request
url = f"http://127.0.0.1:{os.environ['KERNPULS_PORT']}/metrics"
print(urllib.request.urlopen(url, timeout=10).read().decode())
"""


def run(*command: object, **options: Any) -> str:
    arguments = [str(part) for part in command]
    done: subprocess.CompletedProcess[str] = subprocess.run(
        arguments, capture_output=True, text=True, **options
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout


def require_engine() -> None:
    """These tests are about containers: without an engine they fail, and are not skipped."""
    assert shutil.which("docker"), "Docker Engine with Compose v2 is needed here, and there is no docker"
    run("docker", "version")
    run("docker", "compose", "version")


def eventually(look: Callable[[], Any], within: float = 60.0) -> Any:
    """What `look` returns as soon as it is something; an error of its own counts as not yet."""
    deadline, last = time.monotonic() + within, ""
    while time.monotonic() < deadline:
        try:
            if found := look():
                return found
        except (httpx.HTTPError, AssertionError, KeyError) as error:
            last = f"{type(error).__name__}: {error}"
        time.sleep(0.2)
    raise AssertionError(f"not within {within:g} s. {last}")


@dataclass
class Stack:
    """One run of the compose file, with ports and secrets of its own."""

    secrets: Path
    project: str = "kernpuls-test"
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in ("", "_PROMETHEUS")})

    @property
    def environment(self) -> dict[str, str]:
        ports = {f"DEPLOY_PORT{name}": str(port) for name, port in self.ports.items()}
        return os.environ | ports | {"DEPLOY_IMAGE": IMAGE, "DEPLOY_SECRETS": str(self.secrets)}

    def compose(self, *arguments: object, **options: Any) -> str:
        return run(
            "docker", "compose", "-p", self.project, "-f", DEPLOY / "compose.yaml", *arguments,
            env=self.environment, **options,
        )  # fmt: skip

    @property
    def site(self) -> str:
        """The one address, without a slash at its end."""
        return f"http://127.0.0.1:{self.ports['']}"

    @property
    def prometheus(self) -> str:
        return f"http://127.0.0.1:{self.ports['_PROMETHEUS']}"

    def metrics(self, service: str) -> str:
        """What the service says inside alone."""
        return self.python(service, METRICS)

    def container(self, service: str) -> str:
        return self.compose("ps", "--all", "--quiet", service).strip()

    def state(self, service: str) -> Body:
        found: list[Body] = json.loads(run("docker", "inspect", self.container(service)))
        return found[0]

    def is_healthy(self, service: str) -> bool:
        state = self.state(service)["State"]
        return bool(state["Running"] and state["Health"]["Status"] == "healthy")

    def python(self, service: str, program: str, *arguments: str) -> str:
        """Run a program inside a service's container, where its secrets and its networks are."""
        return self.compose("exec", "-T", service, "python", "-", *arguments, input=program)

    def kill(self, service: str) -> None:
        run("docker", "kill", self.container(service))

    def crash(self, service: str) -> None:
        """End its program as the kernel would, when the memory is used up say."""
        pid = int(self.state(service)["State"]["Pid"])
        assert pid > 1
        run(
            "docker", "run", "--rm", "--pid=host", "--network=none", "--user=0", "--cap-drop=ALL",
            "--cap-add=KILL", IMAGE, "python", "-c", f"import os; os.kill({pid}, 9)",
        )  # fmt: skip

    @contextmanager
    def kept(self) -> Iterator[None]:
        """While deploy/keep.sh runs, as the systemd unit runs it."""
        keeper = subprocess.Popen([DEPLOY / "keep.sh", self.project], stdout=subprocess.DEVNULL)
        try:
            yield
        finally:
            keeper.terminate()
            keeper.wait(10)


class Client:
    """Says over HTTP what an official or a resident would."""

    def __init__(self, stack: Stack) -> None:
        words = [*(f"--role={role}" for role in ROLES), *(f"--scope={scope}" for scope in SCOPES)]
        token = stack.compose("run", "--rm", "-T", "keys", "kernpuls", "token", "--name=test", *words)
        authorization = {"Authorization": f"Bearer {token.strip()}"}
        self.stack, self.http = stack, httpx.Client(timeout=10, headers=authorization)

    def get(self, service: str, path: str, **query: Any) -> Body:
        answer = self.http.get(f"{self.stack.site}{api_of(service)}{path}", params=query)
        assert answer.status_code == 200, answer.text
        found: Body = answer.json()
        return found

    def post(self, service: str, path: str, body: Body, key: str | None = None) -> Body:
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        answer = self.http.post(f"{self.stack.site}{api_of(service)}{path}", json=body, headers=headers)
        assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
        found: Body = answer.json()
        return found

    def submit(self, kern: str, key: str | None = None) -> str:
        asked = {
            "kernen": [kern], "theme": "green", "submitterKind": "residents-group", "channel": "web",
            "title": "Een bank bij de dijk", "description": "Om uit te rusten.", "amountAskedCents": 500_00,
        }  # fmt: skip
        return str(self.post("initiatives", "/initiatives", asked, key)["id"])

    def assess(self, initiative: str, line: str, criteria: list[str]) -> Body:
        answers = [{"criterion": one, "yes": True, "reason": "Dat is zo."} for one in criteria]
        weighed = {
            "answers": answers, "goals": [2], "supportKinds": ["money"], "line": line,
            "amountCents": 500_00, "publicTitle": "Een bank", "publicSummary": "Een bank bij de dijk.",
        }  # fmt: skip
        return self.post("initiatives", f"/initiatives/{initiative}/assessments", weighed)

    def money(self, initiative: str) -> Body | None:
        found: Body | None = self.get("initiatives", f"/initiatives/{initiative}")["money"]
        return found

    def metric(self, service: str, name: str) -> float:
        lines = self.stack.metrics(service).splitlines()
        return sum(
            float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name} ", f"{name}{{"))
        )
