# SPDX-License-Identifier: EUPL-1.2
"""The alerts: promtool accepts them, each is tried both ways, and each says what to do."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from shared.metrics import Metrics

PROJECT = Path(__file__).parents[2]
RULES = PROJECT / "deploy" / "prometheus" / "rules.yml"
TRIALS = Path(__file__).with_name("rules_test.yml")
ALERTS = {rule["alert"]: rule for rule in yaml.safe_load(RULES.read_text())["groups"][0]["rules"]}
LAG = "kernpuls_event_lag_seconds"
OF_NOTIFICATIONS = "kernpuls_notifications_failed_total"
each_alert = pytest.mark.parametrize("alert", ALERTS)


def promtool(*arguments: object, text: str | None = None) -> None:
    found = shutil.which("promtool")
    assert found, "promtool is needed here; it is in the Debian package prometheus"
    done = subprocess.run([found, *map(str, arguments)], input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_accepts_the_configuration() -> None:
    promtool("check", "config", PROJECT / "deploy" / "prometheus" / "prometheus.yml")
    promtool("check", "rules", RULES)


def test_each_alert_fires_and_does_not_fire() -> None:
    promtool("test", "rules", TRIALS)


@each_alert
def test_it_is_tried_both_ways(alert: str) -> None:
    trials: list[dict[str, Any]] = [
        trial
        for case in yaml.safe_load(TRIALS.read_text())["tests"]
        for trial in case["alert_rule_test"]
        if trial["alertname"] == alert
    ]
    assert {bool(trial.get("exp_alerts")) for trial in trials} == {True, False}


@each_alert
def test_it_says_how_bad_it_is_and_what_to_do(alert: str) -> None:
    rule = ALERTS[alert]
    assert rule["labels"]["severity"] in {"critical", "warning"}
    path, _, anchor = rule["annotations"]["runbook_url"].partition("#")
    headings = re.findall(r"^#+ (.+)$", (PROJECT / path).read_text(), re.MULTILINE)
    assert anchor in {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_alert
def test_what_it_looks_at_is_measured(alert: str) -> None:
    families = list(Metrics().registry.collect())
    measured = {family.name for family in families}
    measured |= {sample.name for family in families for sample in family.samples} | {f"{LAG}_bucket"}
    named = set(re.findall(r"\b(up|kernpuls_\w+)\b", ALERTS[alert]["expr"]))
    assert named
    assert named <= measured | {"up", OF_NOTIFICATIONS}
