# SPDX-License-Identifier: EUPL-1.2
"""Fifty requests at the same time for money that is enough for ten."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from shared.municipality import load_municipality
from tests.conftest import PATIENCE
from tests.flows.stream import check_all_is_told_once
from tests.flows.suite import STANDARD, Suite, running, until

RULES = load_municipality(STANDARD)
REQUESTS, EACH, LINE = 50, 500_00, "incidental"
YEAR = datetime.now(ZoneInfo(RULES.timezone)).year


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest, database_url: str) -> str | None:
    return None if database_url.startswith("sqlite") else database_url


@pytest.fixture
def open_suite(tmp_path: Path, postgres_url: str | None) -> Iterator[Suite]:
    """A running suite with a budget for this year, once on SQLite and once on PostgreSQL."""
    settings = {"DATABASE_URL": postgres_url} if postgres_url else {}
    with running(tmp_path / "suite", **settings) as suite:
        suite.up()
        suite.post("budget", "/v1/budget-years", year=YEAR, decisionReference="Raadsbesluit")
        yield suite


def submit_all(suite: Suite) -> list[str]:
    """Different initiatives over the fifteen kernen, at most four each."""
    ids = []
    for number in range(REQUESTS):
        kern = RULES.kernen[number % len(RULES.kernen)].slug
        made = suite.post(
            "initiatives", "/v1/initiatives", kernen=[kern], theme="meeting", submitterKind="residents-group",
            channel="web", title=f"Plan {number}", description=f"Plan nummer {number}.",
        )  # fmt: skip
        ids.append(made["id"])
    return ids


async def assess_all(suite: Suite, ids: list[str]) -> None:
    criteria = RULES.guide.criteria_for(LINE)
    weighing = {
        "answers": [{"criterion": each.id, "yes": True, "reason": "Ja."} for each in criteria],
        "supportKinds": ["money"], "line": LINE, "amountCents": EACH,
        "publicTitle": "Een plan", "publicSummary": "Een plan voor de buurt.",
    }  # fmt: skip
    async with httpx.AsyncClient(timeout=PATIENCE, headers=suite.headers) as client:
        urls = [suite.url("initiatives", f"/v1/initiatives/{each}/assessments") for each in ids]
        answers = await asyncio.gather(*(client.post(url, json=weighing) for url in urls))
    assert {answer.status_code for answer in answers} == {201}, [a.text for a in answers if a.is_error][:1]


def outcomes(suite: Suite, ids: list[str]) -> Counter[tuple[str, Any]]:
    views = [suite.get("initiatives", f"/v1/initiatives/{each}") for each in ids]
    return Counter((view["money"]["decision"], view["money"]["reason"]) for view in views)


def confirm_refusals(suite: Suite) -> None:
    """What the budget holder does with a desk full of requests that found no room."""
    desk = list(suite.all("budget", "/v1/open-decisions"))
    proposed = {(item["state"], item["reason"], item["availableCents"]) for item in desk}
    assert proposed == {("refusal-proposed", "no-room", 0)}
    for item in desk:
        made = suite.post("budget", f"/v1/grants/{item['id']}/decisions", decision="decline")
        assert (made["state"], made["reason"]) == ("declined", "no-room")


def test_exactly_as_many_are_allocated_as_there_is_money_for(
    open_suite: Suite, postgres_url: str | None
) -> None:
    suite = open_suite
    ids = submit_all(suite)
    asyncio.run(assess_all(suite, ids))
    until(lambda: len(list(suite.all("budget", "/v1/grants"))) == REQUESTS, "all were weighed")
    given = {("allocated", None): 10, ("awaiting", None): 40}
    until(lambda: outcomes(suite, ids) == given, "who gets money was told, and nobody was refused")
    confirm_refusals(suite)
    expected = {("allocated", None): 10, ("declined", "no-room"): 40}
    until(lambda: outcomes(suite, ids) == expected, "all are answered")
    assert list(suite.all("budget", "/v1/open-decisions")) == []
    line = suite.get("budget", f"/v1/budget-years/{YEAR}")["lines"]
    [kept] = [entry for entry in line if entry["line"] == LINE]
    assert (kept["totalCents"], kept["committedCents"]) == (5_000_00, 5_000_00)
    assert (kept["availableCents"], kept["reservedCents"]) == (0, 0)
    accounts: Counter[str] = Counter()
    for posting in suite.all("budget", f"/v1/budget-years/{YEAR}/lines/{LINE}/postings"):
        accounts[posting["credit"]] -= posting["amountCents"]
        accounts[posting["debit"]] += posting["amountCents"]
        assert accounts["available"] >= 0, "more was promised than there was, at some moment"
    assert accounts == {"council": -5_000_00, "available": 0, "reserved": 0, "committed": 5_000_00}
    check_all_is_told_once(suite.bus_url("analytics"), suite.data, postgres_url)
