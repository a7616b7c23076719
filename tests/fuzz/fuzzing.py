# SPDX-License-Identifier: EUPL-1.2
"""Requests that nobody thought of, right ones and wrong ones, alone and in chains: schemathesis makes them
from a service's own OpenAPI, and a suite that really runs answers them.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from services.suite.discovery import discover
from shared.municipality import load_municipality
from tests.acceptance import EXPECTED
from tests.conftest import HERE, PATIENCE
from tests.flows.suite import Suite, running
from tests.fuzz.known import KNOWN, informed
from tests.fuzz.looptime import long_steps, watched
from tests.fuzz.schemas import Known

MUNICIPALITY = HERE / "municipality.toml"
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
EVERY_PHASE = "examples,coverage,fuzzing,stateful"
# Without the phase that makes a value of every kind, an operation without parameters has no wrong request.
NOTHING_WRONG = {"Impossible to generate negative test cases", "No examples in schema"}
OPTIONS = ["--no-color", "--warnings=off"]


@dataclass(frozen=True)
class Fuzzed:
    """A suite, and what is known about its services' requests, all made before the first is fuzzed."""

    suite: Suite
    known: dict[str, Known]
    steps: Path


@contextmanager
def fuzzed(folder: Path) -> Iterator[Fuzzed]:
    """A suite that runs meanwhile, in which every service has something to be asked about."""
    with running(folder, MUNICIPALITY=MUNICIPALITY, LOG_LEVEL="warning") as suite:
        suite.environment |= watched(folder / "steps")
        suite.up()
        of = load_municipality(MUNICIPALITY)
        yield Fuzzed(suite, {service: known(of, suite) for service, known in KNOWN.items()}, folder / "steps")


def fuzz(
    service: str, cases: int, seed: int, of: Fuzzed, phases: str = EVERY_PHASE, done: float = 2 / 3
) -> int:
    """Send at least so many requests, half of them wrong; returns how many. May raise AssertionError.

    Checked are: no 5xx, nothing answered but what the description says (status, headers, body), wrong
    requests refused, right ones by a rule alone, what was made can be found. And afterwards many operations
    have done their work, no step of an event loop was long, and the whole suite is well.
    """
    suite, known = of.suite, of.known[service]
    folder = suite.folder / service
    folder.mkdir()
    document = suite.get(service, "/v1/openapi.json")
    # Whether a request is wrong can only be told of a description without alternatives.
    described = {"negative": replace(known, parameters={}, bodies={}), "positive": known}
    for mode, knowledge in described.items():
        (folder / f"{mode}.json").write_text(json.dumps(informed(document, knowledge)))
    operations = [(method, path) for path, item in document["paths"].items() for method in item]
    (folder / "schemathesis.toml").write_text(EXPECTED)
    sent, rounds, begun = 0, 0, len(of.steps.read_text())
    while sent < cases:
        each = max(1, (cases - sent) // len(operations) // 2)
        for mode in described:
            sent += _round(suite, service, mode, each, seed + rounds, phases)
        rounds += 1
    _see_that_many_were_done(operations, suite.url(service, "/metrics"), done)
    _see_that_all_is_well(suite)
    long = long_steps(of.steps, begun)
    assert not long, long
    return sent


def _round(suite: Suite, service: str, mode: str, each: int, seed: int, phases: str) -> int:
    """One run with at most `each` requests of a kind for every operation; returns how many were sent."""
    folder, url = suite.folder / service, suite.url(service, "/v1")
    report = folder / "report.json"
    who = f"--header=Authorization: {suite.headers['Authorization']}"
    arguments = [f"--url={url}", who, f"--mode={mode}", f"--max-examples={each}", f"--seed={seed}"]
    arguments.append(f"--phases={phases}")
    done = subprocess.run(
        [SCHEMATHESIS, "run", f"{mode}.json", *arguments, *OPTIONS, "--report-json-path=report.json"],
        cwd=folder, capture_output=True, text=True,
        env={**os.environ, "FUZZED": service, "SCHEMATHESIS_HOOKS": "tests.fuzz.plain",
             "PYTHONPATH": str(HERE.parent)},
    )  # fmt: skip
    assert done.returncode == 0, f"with seed {seed}:\n{done.stdout}\n{done.stderr}"
    told: dict[str, Any] = json.loads(report.read_text())
    assert told["complete"], told["stop_reason"]
    operations = told["operations"]
    assert operations["tested"] + operations["skipped"] == operations["total"], operations
    assert set(operations.get("skip_reasons", ())) <= NOTHING_WRONG, operations
    return int(told["test_cases"]["generated"])


def _see_that_many_were_done(operations: Sequence[tuple[str, str]], metrics: str, least: float) -> None:
    """A service that refuses everything has been asked nothing: such a part at `least` did their work. What
    takes a long chain of right requests, a few hundred made by chance may not come by.
    """
    figures = httpx.get(metrics, timeout=PATIENCE).text
    done = re.findall(r'http_requests_total\{method="(\w+)",route="/v1([^"]+)",status="2\d\d"\}', figures)
    missing = set(operations) - {(method.lower(), path) for method, path in done}
    assert len(missing) < len(operations) * (1 - least), f"never done: {sorted(missing)}"


def _see_that_all_is_well(suite: Suite) -> None:
    """What one service took in, no other may choke on."""
    for service in discover():
        ready = httpx.get(suite.url(service.name, "/health/ready"), timeout=PATIENCE)
        assert ready.status_code == 200, f"{service.name}: {ready.text}"
        figures = httpx.get(suite.url(service.name, "/metrics"), timeout=PATIENCE).text
        aside = [line for line in figures.splitlines() if line.startswith("kernpuls_parked_events{")]
        assert all(line.endswith(" 0.0") for line in aside), f"{service.name}: {aside}"
