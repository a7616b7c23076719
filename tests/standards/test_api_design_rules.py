# SPDX-License-Identifier: EUPL-1.2
"""The linter of the NL API Design Rules finds nothing, in the description of any service.

Run with `make slow`, or `pytest tests/standards`: it needs node (npx), which fetches Spectral once into
.cache/npm, and the standard's own rule set (see the `standards` fixture).
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from services.suite.discovery import discover
from shared.municipality import Municipality
from shared.service import Service
from tests.answers import describe
from tests.conftest import HERE

SPECTRAL = "@stoplight/spectral-cli@6.16.3"
OPTIONS = ["--format=json", "--fail-severity=hint", "--quiet"]
pytestmark = pytest.mark.timeout(300)  # the first run fetches the linter
every_service = pytest.mark.parametrize("service", discover(), ids=lambda service: service.name)


def lint(document: dict[str, Any], directory: Path, standards: Path) -> list[dict[str, Any]]:
    """Every finding, warnings and hints included."""
    npx = shutil.which("npx")
    assert npx, "npx was not found; install node 20 or newer"
    (directory / "openapi.json").write_text(json.dumps(document))
    rules = standards / "nl-api-design-rules.yaml"
    done = subprocess.run(
        [npx, "--yes", SPECTRAL, "lint", "openapi.json", *OPTIONS, f"--ruleset={rules}"],
        cwd=directory,
        env={**os.environ, "npm_config_cache": str(HERE.parent / ".cache" / "npm")},
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert bool(found) == (done.returncode == 1)
    return found


@every_service
async def test_the_linter_finds_nothing(
    service: Service, tmp_path: Path, municipality: Municipality, standards: Path
) -> None:
    document = describe(service, municipality)
    found = lint(document, tmp_path, standards)
    assert [
        f"{issue['code']} at {'.'.join(map(str, issue['path']))}: {issue['message']}" for issue in found
    ] == []


async def test_the_linter_finds_what_is_wrong(
    tmp_path: Path, municipality: Municipality, standards: Path
) -> None:
    document = describe(discover()[0], municipality)
    del document["info"]["contact"]
    document["servers"] = [{"url": "/"}]
    document["info"]["version"] = "one"
    path, item = next(iter(document["paths"].items()))
    document["paths"] = {f"{path}/Not_Kebab/": item}
    codes = {issue["code"] for issue in lint(document, tmp_path, standards)}
    assert {
        "info-contact",
        "nlgov:include-major-version-in-uri",
        "nlgov:semver",
        "nlgov:paths-kebab-case",
        "path-keys-no-trailing-slash",
    } <= codes


@every_service
async def test_what_the_linter_does_not_see(
    service: Service, tmp_path: Path, municipality: Municipality
) -> None:
    """Rules of ours: dates are dates, money is whole cents, schemas have UpperCamelCase names; a good answer
    is described with its content, or has none.
    """
    document = describe(service, municipality)
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for status, answer in operation["responses"].items():
                good = status.startswith("2") and status != "204"
                assert not good or answer["content"], f"{method} {path} {status}"
    for name, schema in document["components"]["schemas"].items():
        assert re.fullmatch(r"([A-Z][a-z0-9]*)+", name), name
        for field, told in schema.get("properties", {}).items():
            assert re.fullmatch(r"_links|[a-z][a-zA-Z0-9]*", field), f"{name}.{field}"
            if field.endswith("Cents"):
                assert "integer" in str(told), f"{name}.{field}"
                assert "number" not in str(told), f"{name}.{field}"
            if field.endswith("On"):
                assert "'date'" in str(told), f"{name}.{field}"
