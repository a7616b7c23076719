# SPDX-License-Identifier: EUPL-1.2
"""Brings the suite up once for all tests here, and takes it away afterwards."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.municipality import Municipality, load_municipality
from tests.deploy.stack import DEPLOY, IMAGE, PROJECT, THIS_YEAR, TODAY, Client, Stack, require_engine, run

TWO_MINUTES = 120.0


@pytest.fixture(scope="session")
def image() -> str:
    """The image of this code, as it is deployed."""
    require_engine()
    run(
        "docker", "build", "--network=host", "-t", IMAGE, "-f", DEPLOY / "Dockerfile", PROJECT,
        env=os.environ | {"DOCKER_BUILDKIT": os.environ.get("DOCKER_BUILDKIT", "0")},
    )  # fmt: skip
    return IMAGE


@pytest.fixture(scope="session")
def stack(image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The deployed suite, healthy within two minutes of `up`."""
    secrets = tmp_path_factory.mktemp("deployed") / "secrets"
    subprocess.run([DEPLOY / "secrets.sh", secrets], check=True)
    stack = Stack(secrets)
    stack.compose("down", "--volumes", "--remove-orphans")
    started = time.monotonic()
    try:
        stack.compose("up", "-d", "--wait", "--no-build")
        assert time.monotonic() - started < TWO_MINUTES
        yield stack
    finally:
        (Path.cwd() / ".cache").mkdir(exist_ok=True)
        log = stack.compose("logs", "--no-color", "--timestamps")
        (Path.cwd() / ".cache" / "deploy.log").write_text(log)
        stack.compose("down", "--volumes", "--remove-orphans", "--timeout", "20")


@pytest.fixture(scope="session")
def buren() -> Municipality:
    return load_municipality(DEPLOY / "municipalities" / "buren.toml")


@pytest.fixture(scope="session")
def client(stack: Stack, buren: Municipality) -> Client:
    """With this year's budget adopted and an official on duty in every kern."""
    client = Client(stack)
    client.post("budget", "/budget-years", {"year": THIS_YEAR, "decisionReference": "R-1"})
    duty = {
        "officerId": "officer-1", "kernen": sorted(buren.kern_slugs), "validFrom": TODAY,
        "functionalAddress": buren.contact.email,
    }  # fmt: skip
    client.post("initiatives", "/kernambtenaren", duty)
    return client
