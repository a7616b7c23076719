# SPDX-License-Identifier: EUPL-1.2
"""The alerts: promtool accepts them, each is tried both ways, and each says what to do."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from services.suite.discovery import discover
from shared.messaging.broker import Bus
from shared.municipality import load_municipality
from shared.process import Process
from shared.sqlite import sqlite_url
from shared.store import Database

PROJECT = Path(__file__).parents[2]
RULES = PROJECT / "deploy" / "prometheus" / "rules.yml"
TRIALS = Path(__file__).with_name("rules_test.yml")
ALERTS = {rule["alert"]: rule for rule in yaml.safe_load(RULES.read_text())["groups"][0]["rules"]}
SUFFIXES = {"counter": "_total", "histogram": "_bucket"}
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


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of all figures of all services."""
    places, rules = (
        tmp_path_factory.mktemp("stores"),
        load_municipality(PROJECT / "tests" / "municipality.toml"),
    )
    found = {"up"}
    for service in discover():
        database = Database(sqlite_url(places, service.name), service.name)
        process = Process(service, database, rules, Bus("nats://127.0.0.1:1", service.name))
        found |= {f"{it.name}{SUFFIXES.get(it.type, '')}" for it in process.metrics.registry.collect()}
        database.close()
    return found


@each_alert
def test_what_it_looks_at_is_measured(alert: str, measured: set[str]) -> None:
    named = set(re.findall(r"\b(up|kernpuls_\w+)\b", ALERTS[alert]["expr"]))
    assert named
    assert named <= measured
