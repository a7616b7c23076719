# SPDX-License-Identifier: EUPL-1.2
"""Tests know no hurry: what they ask over a network waits longer than the five seconds of httpx."""

import ast
from pathlib import Path

import pytest

from tests.conftest import HERE

CALLS = {"get", "post", "put", "patch", "delete", "request", "stream", "Client", "AsyncClient"}
FILES = sorted(path for path in HERE.rglob("*.py") if "httpx" in path.read_text())


def hurried(code: str) -> list[int]:
    """The lines of calls of httpx over a network without `timeout`."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    return [
        call.lineno
        for call in calls
        if ast.unparse(call.func) in {f"httpx.{name}" for name in CALLS}
        and not {each.arg for each in call.keywords} & {"timeout", "transport"}
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HERE)))
def test_a_request_over_a_network_says_how_long_it_waits(path: Path) -> None:
    assert hurried(path.read_text()) == [], f"{path}: give `timeout=PATIENCE` (tests/conftest.py)"


def test_a_call_without_is_found() -> None:
    assert hurried(
        "import httpx\nhttpx.get(url)\nhttpx.Client(timeout=9)\nhttpx.AsyncClient(base_url=x)"
    ) == [2, 4]
