# SPDX-License-Identifier: EUPL-1.2
"""Clients that somebody else's generator makes of the descriptions that the services publish."""

import importlib
import inspect
import io
import json
import pkgutil
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from shared.http.site.menu import api_of
from tests.conftest import PATIENCE
from tests.flows.suite import Suite

GENERATOR = Path(sys.executable).with_name("openapi-python-client")
# Else it takes none of it. Of files it then sends the last kind that is described: CSV.
OVERRIDES = {"application/atom+xml": "text/plain"} | dict.fromkeys(
    ("application/x-ndjson", "text/csv"), "application/octet-stream"
)
SETTINGS = {"content_type_overrides": OVERRIDES}


class Client:
    """The client of one service; `operation` is the name of a module that was generated."""

    def __init__(self, package: ModuleType, url: str, token: str) -> None:
        self.package = package
        self.client = package.AuthenticatedClient(
            base_url=url, token=token, timeout=PATIENCE, raise_on_unexpected_status=True
        )

    def operations(self) -> Iterator[tuple[str, ModuleType]]:
        api = importlib.import_module(f"{self.package.__name__}.api")
        for found in pkgutil.walk_packages(api.__path__, f"{api.__name__}."):
            module = importlib.import_module(found.name)
            if hasattr(module, "sync_detailed"):
                yield found.name.rpartition(".")[2], module

    def without_parameters(self) -> Iterator[str]:
        """Everything that can be read without knowing anything."""
        for name, module in self.operations():
            parameters = inspect.signature(module.sync_detailed).parameters
            required = [name for name, each in parameters.items() if each.default is each.empty]
            if required == ["client"] and "body" not in parameters:
                yield name

    def __call__(self, operation: str, body: dict[str, Any] | bytes | None = None, **parameters: Any) -> Any:
        """What it answers, as the client understands it. May raise AssertionError: no success, or JSON
        that the client cannot place.
        """
        call = dict(self.operations())[operation].sync_detailed
        if isinstance(body, bytes):
            parameters["body"] = self.package.types.File(payload=io.BytesIO(body))
        elif body is not None:
            parameters["body"] = typing.get_type_hints(call)["body"].from_dict(body)
        answer = call(client=self.client, **parameters)
        assert answer.status_code < 300, answer.content
        is_json = answer.headers["content-type"].endswith("json")
        assert not is_json or answer.parsed is not None, f"{operation}: {answer.content[:200]}"
        return answer.parsed


def generate(suite: Suite, service: str, folder: Path) -> Client:
    """From what the running service says of itself, at the one address; also where it is to be asked."""
    document = suite.http.get(f"{suite.site}{api_of(service)}/openapi.json")
    described = folder / f"{service}.json"
    described.write_bytes(document.content)
    settings = folder / "generator.json"
    settings.write_text(json.dumps(SETTINGS))
    name = f"{service}_of_{folder.name}"  # what was imported once is imported no second time
    done = subprocess.run(
        [
            GENERATOR, "generate", f"--path={described}", f"--output-path={folder / name}", "--meta=none",
            f"--config={settings}",
        ],
        cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    try:
        package, token = importlib.import_module(name), suite.headers["Authorization"].partition(" ")[2]
        return Client(package, suite.site + document.json()["servers"][0]["url"], token)
    finally:
        sys.path.remove(str(folder))
