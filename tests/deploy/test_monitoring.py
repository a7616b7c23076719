# SPDX-License-Identifier: EUPL-1.2
"""What monitoring sees of the deployed suite."""

import httpx
import pytest

from tests.deploy.stack import NAMES, Body, Client, Stack, eventually

each_service = pytest.mark.parametrize("service", NAMES)


def ask(stack: Stack, path: str) -> Body:
    found: Body = httpx.get(f"{stack.prometheus}/api/v1/{path}", timeout=10).json()["data"]
    return found


def test_prometheus_sees_every_service(stack: Stack) -> None:
    def up() -> bool:
        targets = ask(stack, "targets?state=active")["activeTargets"]
        seen = {target["labels"].get("service") for target in targets if target["health"] == "up"}
        return seen >= set(NAMES)

    eventually(up)


def test_prometheus_loads_the_rules_and_nothing_is_wrong(stack: Stack, client: Client) -> None:
    rules = ask(stack, "rules")["groups"][0]["rules"]
    assert {rule["health"] for rule in rules} <= {"ok", "unknown"}
    assert [rule["name"] for rule in rules if rule["state"] == "firing"] == []


@each_service
def test_promtool_accepts_its_metrics(stack: Stack, service: str) -> None:
    exposed = stack.metrics(service)
    stack.compose("exec", "-T", "prometheus", "promtool", "check", "metrics", input=exposed)


def test_promtool_accepts_configuration_and_rules(stack: Stack) -> None:
    stack.compose("exec", "-T", "prometheus", "promtool", "check", "config", "/etc/prometheus/prometheus.yml")
