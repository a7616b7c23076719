# SPDX-License-Identifier: EUPL-1.2
"""On what a refusal rests: a legal ceiling refuses by law (Awb 4:25), all else by the rules of the line."""

import json

import httpx
import pytest
from alembic import command

from shared.contracts.budget import GrantDeclined
from shared.migrate import _configs, migrate
from shared.store import Database
from tests.services.budget.acts import adopt
from tests.services.budget.books import Books, assessed

CEILING = {"publication": "Gemeenteblad 2020, 7", "distribution": "first-come"}
BY_LAW = "Algemene wet bestuursrecht, artikel 4:25, tweede lid (subsidieplafond: Gemeenteblad 2020, 7)"
OWN = "Verordening Dorpen Waterrijk, artikel 3"


@pytest.fixture(params=[None, CEILING], ids=["no ceiling", "a ceiling"])
def ceiling(request: pytest.FixtureRequest, books: Books) -> dict[str, str] | None:
    """Of a line that has 1,000 left."""
    line = {"line": "small-help", "amountCents": 1_000_00, "ceiling": request.param}
    adopt(books, lines=[line], totalCents=1_000_00)
    return request.param  # type: ignore[no-any-return]


def declined(books: Books, name: str, **given: str) -> GrantDeclined:
    event = books.decide(name, decision="decline", **given)[-1]
    assert isinstance(event, GrantDeclined)
    return event


def test_what_is_above_a_ceiling_is_refused_by_law(books: Books, ceiling: dict[str, str] | None) -> None:
    books.assess(assessed("i1", 1_000_01))
    assert declined(books, "i1").legal_basis == (f"{BY_LAW}; {OWN}" if ceiling else OWN)


def test_another_reason_is_never_the_ceilings(books: Books, ceiling: dict[str, str] | None) -> None:
    books.assess(assessed("unfit", 100_00, yes=()))
    books.assess(assessed("too-much", 1_000_01))
    assert declined(books, "unfit").legal_basis == OWN
    assert declined(books, "too-much", reason_code="by-decision").legal_basis == OWN


def test_a_line_that_gives_no_grants_has_no_rules_to_name(books: Books) -> None:
    books.assess(assessed("i1", 100_00, line="ferry"))
    assert declined(books, "i1").legal_basis is None


async def test_what_a_decision_rests_on_is_shown_with_the_grant(api: httpx.AsyncClient, books: Books) -> None:
    adopt(books, lines=[{"line": "small-help", "amountCents": 1_000_00, "ceiling": CEILING}])
    books.assess(assessed("given", 100_00))
    books.assess(assessed("refused", 1_000_00))
    books.assess(assessed("undecided", 500_00))
    books.decide("refused", decision="decline")
    found = (await api.get("/v1/grants")).json()["items"]
    assert [each["legalBasis"] for each in found] == [OWN, f"{BY_LAW}; {OWN}", None]
    assert (await api.get(f"/v1/grants/{found[1]['id']}")).json() == found[1]
    lines = (await api.get("/v1/exports/grants?year=2021&format=jsonl")).text.splitlines()
    assert [json.loads(line)["legal_basis"] for line in lines] == [each["legalBasis"] for each in found]


def test_what_earlier_decisions_rest_on_is_taken_from_what_was_told(
    books: Books, budget_store: Database
) -> None:
    books.adopt(small_help=1_000_00)
    books.assess(assessed("given", 100_00))
    books.assess(assessed("refused", 1_000_00))
    books.assess(assessed("nameless", 100_00, line="ferry"))
    for name in ("refused", "nameless"):
        books.decide(name, decision="decline")
    before = [books.grant(name) for name in ("given", "refused", "nameless")]
    assert [grant["legal_basis"] for grant in before] == [OWN, OWN, None]
    with budget_store.engine.begin() as connection:
        *_, config = _configs("services.budget")
        config.attributes["connection"] = connection
        command.downgrade(config, "budget_0006")
    migrate(budget_store, "services.budget")
    assert [books.grant(name) for name in ("given", "refused", "nameless")] == before
