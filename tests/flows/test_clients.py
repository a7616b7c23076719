# SPDX-License-Identifier: EUPL-1.2
"""What a generator makes of our descriptions reads all that we answer, and goes through a whole life."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import HERE, WATERRIJK
from tests.flows.generated import Client, generate
from tests.flows.suite import SERVICES, Suite, running, until

PAST = HERE / "cases" / "initiatives-blank-row.csv"


@pytest.mark.parametrize("service", SERVICES)
def test_all_that_can_be_read_is_understood(service: str, example: Suite, tmp_path: Path) -> None:
    client = generate(example, service, tmp_path)
    described = example.get(service, "/v1/openapi.json")["paths"].values()
    assert len(dict(client.operations())) == sum(len(item) for item in described)
    names = list(client.without_parameters())
    assert names
    for name in names:
        client(name)


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Suite]:
    with running(tmp_path / "suite", MUNICIPALITY=HERE / "municipality.toml") as suite:
        suite.up()
        yield suite


def test_a_life_from_a_request_to_what_everybody_sees(life: Suite, tmp_path: Path) -> None:
    client = {service: generate(life, service, tmp_path) for service in SERVICES}
    of, year = WATERRIJK, datetime.now(UTC).year
    line = next(it for it in of.lines if it.purpose == "grants" and not it.automatic_limit_cents)
    lines = [{"line": it.id, "amountCents": it.yearly_cents} for it in of.lines]
    budget, initiatives = client["budget"], client["initiatives"]
    budget("create_budget_year", {"year": year, "decisionReference": "Besluit", "lines": lines})
    kern = of.kernen[0].slug
    asked = initiatives(
        "create_initiative",
        {
            "kernen": [kern], "theme": of.themes[0].slug, "submitterKind": "resident", "channel": "web",
            "title": "Een bank", "description": "Bij het water.", "amountAskedCents": 200_00,
            "contact": {"name": "Iemand", "email": "iemand@waterrijk.example"},
        },
    )  # fmt: skip
    answers = [{"criterion": c.id, "yes": True, "reason": "Ja."} for c in of.guide.criteria_for(line.id)]
    past = PAST.read_text().replace("ingen,green", f"{kern},{of.themes[0].slug}").encode()
    imported = initiatives("create_import", past)
    until(lambda: initiatives("get_import", import_id=imported.id).written == 1, "history is taken in")
    weighed = {
        "answers": answers, "supportKinds": ["money"], "line": line.id, "amountCents": 200_00,
        "publicTitle": "Een bank", "publicSummary": "Een bank bij het water.",
    }  # fmt: skip
    initiatives("create_initiative_assessment", weighed, initiative_id=asked.id)
    grant = _grant_of(budget)
    budget("create_grant_decision", {"decision": "allocate", "reason": "Goed plan."}, grant_id=grant.id)

    def promised() -> bool:
        money = initiatives("get_initiative", initiative_id=asked.id).money
        return money is not None and money.decision == "allocated"

    until(promised, "the initiative knows what was granted")
    initiatives("create_initiative_start", {}, initiative_id=asked.id)
    initiatives("create_initiative_realisation", {}, initiative_id=asked.id)
    budget("create_grant_settlement", {"actualCostCents": 180_00}, grant_id=grant.id)
    analytics, notifications = client["analytics"], client["notifications"]

    def shown() -> bool:
        counts = analytics("get_kern_overview", kern=kern).grants.by_state
        return [each.code for each in counts if each.count] == ["settled"]

    until(shown, "the overview shows it")
    until(lambda: len(notifications("list_notices", about=asked.id).items) >= 2, "there are letters")
    planned = client["surveys"]("create_survey", _survey(year))
    assert client["surveys"]("get_survey", survey_id=planned.id).id == planned.id


def _grant_of(budget: Client) -> Any:
    until(lambda: bool(budget("list_grants").items), "the budget has the request")
    return budget("list_grants").items[0]


def _survey(year: int) -> dict[str, object]:
    question = {"id": "mark", "kind": "mark", "text": "Welk cijfer?", "indicator": "say-in-plans"}
    return {
        "instrument": "interim", "title": "Hoe gaat het?", "openDate": f"{year + 1}-09-01",
        "closeDate": f"{year + 1}-10-31", "comparableWith": ["baseline"], "questions": [question],
    }  # fmt: skip
