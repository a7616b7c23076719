# SPDX-License-Identifier: EUPL-1.2
"""The deployment as it is written: every service is in it, confined, and reaches what is its own alone.

tests/deploy/ runs it; this needs no container engine.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from services.suite.discovery import discover
from shared.service import Service

DEPLOY = Path(__file__).parents[1] / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
PROMETHEUS = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
BLOCKS: dict[str, dict[str, Any]] = COMPOSE["services"]
JOBS = {name for name, block in BLOCKS.items() if block["restart"] == "no"}
BEGINS_AS_ROOT = {"volumes", "postgres"}  # to give a volume to its user
each_block = pytest.mark.parametrize("name", BLOCKS)
each_service = pytest.mark.parametrize("service", discover(), ids=lambda service: service.name)


def secrets_of(name: str) -> set[str]:
    return {s if isinstance(s, str) else s["source"] for s in BLOCKS[name].get("secrets", ())}


@each_block
def test_it_is_confined(name: str) -> None:
    block = BLOCKS[name]
    assert block["read_only"]
    assert block["cap_drop"] == ["ALL"]
    assert block["security_opt"] == ["no-new-privileges:true"]
    assert {"memory", "cpus", "pids"} <= block["deploy"]["resources"]["limits"].keys()
    assert not block.get("privileged")
    assert not any("docker.sock" in volume for volume in block.get("volumes", ()))
    assert ("cap_add" in block) == (name in BEGINS_AS_ROOT)
    assert (name in BEGINS_AS_ROOT) == (block.get("user", "0:0") == "0:0")


@each_block
def test_it_is_published_on_loopback_alone(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in BLOCKS[name].get("ports", ()))
    assert BLOCKS[name].get("network_mode", "none") == "none"


def test_the_proxy_is_told_all_that_its_routes_ask() -> None:
    """Else it goes by what is right for `kernpuls up`."""
    asked = set(re.findall(r"\{\$(\w+)", (DEPLOY / "proxy" / "Caddyfile").read_text()))
    assert asked <= BLOCKS["proxy"]["environment"].keys()
    published = [name for name, block in BLOCKS.items() if block.get("ports")]
    assert published == ["proxy", "prometheus"]


@each_block
def test_it_comes_back_and_says_how_it_is(name: str) -> None:
    if name in JOBS:
        waiting = [
            other for other in BLOCKS.values() if name in other.get("depends_on", {})
        ]  # else `up --wait` takes its end for a failure
        assert waiting
        assert all(
            other["depends_on"][name] == {"condition": "service_completed_successfully"} for other in waiting
        )
    else:
        assert BLOCKS[name]["restart"] == "unless-stopped"
        assert {"test", "interval", "timeout", "retries"} <= BLOCKS[name]["healthcheck"].keys()
        assert BLOCKS[name]["stop_grace_period"]


@each_block
def test_there_is_no_way_out_but_for_mail(name: str) -> None:
    closed = {"internal": True}, {"driver_opts": {"com.docker.network.bridge.enable_ip_masquerade": "false"}}
    ways_out = {
        network for network in BLOCKS[name].get("networks", ()) if COMPOSE["networks"][network] not in closed
    }
    assert ways_out == ({"mail"} if name == "notifications" else set())


@each_service
def test_a_service_stands_in_every_list(service: Service) -> None:
    block = BLOCKS[service.name]
    assert block["command"] == ["python", "-m", service.package]
    assert block["environment"]["KERNPULS_PORT"] == service.port
    assert "ports" not in block, "the proxy alone is published"
    assert BLOCKS["proxy"]["environment"][f"{service.name.upper()}_AT"] == f"{service.name}:{service.port}"
    assert service.name in BLOCKS["databases"]["command"]
    target = {"targets": [f"{service.name}:{service.port}"], "labels": {"service": service.name}}
    assert target in PROMETHEUS["scrape_configs"][0]["static_configs"]


@each_service
def test_a_service_has_its_own_secrets_alone(service: Service) -> None:
    own = {f"database_{service.name}", f"nats_{service.name}"}
    assert own <= secrets_of(service.name)
    assert not {s for s in secrets_of(service.name) - own if s.startswith(("database_", "nats_", "postgres"))}
    assert f"database_{service.name}" in secrets_of("databases") & secrets_of("prepare")


def test_the_variables_of_a_place_are_explained() -> None:
    used = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    explained = set(re.findall(r"^# (DEPLOY_\w+)=", (DEPLOY / "env.example").read_text(), re.MULTILINE))
    assert used == explained


def make_secrets(directory: Path) -> dict[str, str]:
    subprocess.run([DEPLOY / "secrets.sh", directory], check=True, capture_output=True, env=dict(os.environ))
    return {path.name: path.read_text() for path in directory.iterdir()}


def test_secrets_are_made_once_and_closed(tmp_path: Path) -> None:
    made = make_secrets(tmp_path / "secrets")
    assert {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()} <= made.keys()
    for path in (tmp_path / "secrets").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    assert make_secrets(tmp_path / "secrets") == made


def test_a_secret_is_replaced_by_removing_it(tmp_path: Path) -> None:
    made = make_secrets(tmp_path)
    (tmp_path / "nats_budget").unlink()
    again = make_secrets(tmp_path)
    assert {name for name in made if made[name] != again[name]} == {"nats_budget", "nats_passwords.conf"}
    password = again["nats_budget"].split(":")[2].partition("@")[0]
    assert f'BUDGET_PASSWORD: "{password}"' in again["nats_passwords.conf"]


def test_what_the_image_is_made_of_is_let_into_its_build() -> None:
    """A folder that the Dockerfile copies and .dockerignore keeps out: the build ends there."""
    copied = re.findall(r"^COPY (?!--from)(\S+) ", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    let_in = re.findall(r"^!(\S+)", (DEPLOY.parent / ".dockerignore").read_text(), re.MULTILINE)
    assert set(copied) - set(let_in) == set()
