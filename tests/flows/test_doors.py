# SPDX-License-Identifier: EUPL-1.2
"""Who comes in, tried on a suite that runs: strangers at every first step, and a life by those who may."""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.http.site.menu import api_of
from tests.access import bearer
from tests.conftest import HERE, PATIENCE, WATERRIJK
from tests.flows.suite import SERVICES, Suite, running, until

YEAR = datetime.now(UTC).year
KERN = WATERRIJK.kernen[0].slug
NAMES = ("Anna de Vries", "Bram Bos", "Cor Controle")
# The first step of what anybody could do before there were doors.
CHAINS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("initiatives", "POST", "/persons/searches", {"email": "a@b.nl"}),
    ("initiatives", "POST", "/erasures", {"person": {"email": "a@b.nl"}}),
    ("initiatives", "GET", "/initiatives", {}),
    ("initiatives", "GET", "/locked-records", {}),
    ("budget", "POST", "/budget-years", {"year": 2031}),
    ("budget", "POST", "/budget-years/2021/amendments", {"cause": "raised", "amountCents": 90_000_00}),
    ("budget", "POST", "/payment-files", {}),
    ("budget", "GET", "/payment-orders", {}),
    ("budget", "GET", "/organisations", {}),
    ("surveys", "GET", "/stories", {}),
    ("surveys", "POST", "/surveys/s1/closings", {}),
    ("surveys", "GET", "/surveys/s1/open-answers", {}),
    ("notifications", "GET", "/notices", {}),
]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    folder: Path = tmp_path_factory.mktemp("doors")
    with running(folder / "suite", MUNICIPALITY=HERE / "municipality.toml") as suite:
        suite.up()
        yield suite


@pytest.mark.parametrize(("service", "method", "path", "body"), CHAINS)
def test_a_stranger_gets_no_further_than_the_first_step(
    suite: Suite, service: str, method: str, path: str, body: dict[str, Any]
) -> None:
    sent = {"json": body} if method == "POST" else {}
    machine = bearer(scopes=["probe"], keys=suite.folder / "keys")
    for url in (suite.url(service, f"/v1{path}"), f"{suite.site}{api_of(service)}{path}"):
        assert httpx.request(method, url, timeout=PATIENCE, **sent).status_code == 401, url  # type: ignore[arg-type]
        known = httpx.request(method, url, timeout=PATIENCE, headers=machine, **sent)  # type: ignore[arg-type]
        assert known.status_code == 403, url


class Person:
    """Somebody with a role, or a resident, who has none."""

    def __init__(self, suite: Suite, name: str = "", role: str = "", officer_id: str = "") -> None:
        claims = {"name": name, "officer_id": officer_id}
        who = bearer([role], subject=role, keys=suite.folder / "keys", **claims) if role else {}  # type: ignore[arg-type]
        self.suite, self.http = suite, httpx.Client(timeout=PATIENCE, headers=who)

    def post(self, service: str, path: str, body: Mapping[str, Any]) -> httpx.Response:
        return self.http.post(f"{self.suite.site}{api_of(service)}{path}", json=body)

    def makes(self, service: str, path: str, **body: Any) -> dict[str, Any]:
        answer = self.post(service, path, body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made


def recorded(suite: Suite, service: str) -> list[tuple[str, str, str]]:
    with sqlite3.connect(suite.data / f"{service}.sqlite") as store:
        return list(store.execute("SELECT name, role, act FROM record ORDER BY id"))


def test_a_life_by_those_who_may_and_each_act_in_the_record(suite: Suite) -> None:
    resident, coordinator = Person(suite), Person(suite, "Team Kern", "coordinator")
    official = Person(suite, NAMES[0], "kernambtenaar", officer_id="o-1")
    holder, controller = Person(suite, NAMES[1], "budget-holder"), Person(suite, NAMES[2], "controller")
    line = next(it for it in WATERRIJK.lines if it.purpose == "grants" and not it.automatic_limit_cents)
    lines = [{"line": it.id, "amountCents": it.yearly_cents} for it in WATERRIJK.lines]

    holder.makes("budget", "/budget-years", year=YEAR, decisionReference="Besluit", lines=lines)
    coordinator.makes(
        "initiatives", "/kernambtenaren",
        officerId="o-1", kernen=[KERN], validFrom=f"{YEAR}-01-01", functionalAddress="kern@waterrijk.example",
    )  # fmt: skip
    asked = {
        "kernen": [KERN], "theme": WATERRIJK.themes[0].slug, "submitterKind": "resident", "channel": "web",
        "title": "Een bank", "description": "Bij het water.", "amountAskedCents": 200_00,
    }  # fmt: skip
    one = f"/initiatives/{resident.makes('initiatives', '/initiatives', **asked)['id']}"
    answers = [
        {"criterion": c.id, "yes": True, "reason": "Ja."} for c in WATERRIJK.guide.criteria_for(line.id)
    ]
    weighed = {
        "answers": answers, "supportKinds": ["money"], "line": line.id, "amountCents": 200_00,
        "publicTitle": "Een bank", "publicSummary": "Een bank bij het water.",
    }  # fmt: skip
    assert resident.post("initiatives", f"{one}/assessments", weighed).status_code == 401
    assert holder.post("initiatives", f"{one}/assessments", weighed).status_code == 403
    official.makes("initiatives", f"{one}/assessments", **weighed)
    until(lambda: bool(suite.get("budget", "/v1/grants")["items"]), "the budget knows")
    [grant] = suite.get("budget", "/v1/grants")["items"]
    grants = f"/grants/{grant['id']}"
    assert official.post("budget", f"{grants}/decisions", {"decision": "allocate"}).status_code == 403
    holder.makes("budget", f"{grants}/decisions", decision="allocate")
    holder.makes("budget", f"{grants}/payments", creditorNumber="0017")
    assert holder.post("budget", "/payment-files", {}).status_code == 403
    controller.makes("budget", "/payment-files")
    until(lambda: suite.get("initiatives", f"/v1{one}")["money"]["decision"] == "allocated", "it is known")
    official.makes("initiatives", f"{one}/starts")

    assert recorded(suite, "initiatives") == [
        ("Team Kern", "coordinator", "POST /kernambtenaren"),
        (NAMES[0], "kernambtenaar", "POST /initiatives/{initiativeId}/assessments"),
        (NAMES[0], "kernambtenaar", "POST /initiatives/{initiativeId}/starts"),
    ]
    assert recorded(suite, "budget") == [
        (NAMES[1], "budget-holder", "POST /budget-years"),
        (NAMES[1], "budget-holder", "POST /grants/{grantId}/decisions"),
        (NAMES[1], "budget-holder", "POST /grants/{grantId}/payments"),
        (NAMES[2], "controller", "POST /payment-files"),
    ]
    shown = suite.run("record", "budget").stdout
    assert f"{NAMES[2]} (kernpuls)  controller  POST /payment-files" in shown
    nobody_elsewhere(suite)


def nobody_elsewhere(suite: Suite) -> None:
    """No official's name is in an event, a log line or a metric."""
    told = suite.told() + "".join(suite.http.get(suite.url(name, "/metrics")).text for name in SERVICES)
    for name in SERVICES:
        with sqlite3.connect(suite.data / f"{name}.sqlite") as store:
            told += str(store.execute("SELECT * FROM outbox").fetchall())
    assert not [name for name in NAMES if name in told]


def test_a_token_of_the_server_is_of_who_has_the_server(suite: Suite) -> None:
    made = suite.run("token", "--name=A. Proef", "--role=privacy-officer")
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    found = httpx.get(suite.url("initiatives", "/v1/erasures"), headers=headers, timeout=PATIENCE)
    assert found.status_code == 200
    assert "is no role" in suite.run("token", "--name=x", "--role=mayor").stderr
    assert "opens nothing" in suite.run("token", "--name=x").stderr
    assert (suite.folder / "keys" / "private.json").stat().st_mode & 0o077 == 0
