# SPDX-License-Identifier: EUPL-1.2
"""What is taken out as a file: everything of a year, nothing of a person, no formula; on both databases."""

import csv
import io
import json
from functools import partial
from typing import Any

import httpx
import pytest

from services.budget.exports import data_file, queries
from services.budget.grants import handlers
from shared.contracts.envelope import Event
from shared.contracts.initiatives.life import InitiativePublicationCorrected
from tests.services.budget.acts import contribute, enter, withdraw
from tests.services.budget.books import TODAY, Books, assessed, recorded

FORMULAS = ["=1+1", "+31", "-2", "@SUM(A1)", "\tx", "\rx"]


def corrected(initiative_id: str, **words: str) -> Event[InitiativePublicationCorrected]:
    told = {"happened_on": TODAY, "kernen": ("noordoever",), "actor": "official", "origin": "live"}
    return recorded(initiative_id, InitiativePublicationCorrected.model_validate(told | words))


async def rows(api: httpx.AsyncClient, export: str, form: str = "csv") -> list[dict[str, Any]]:
    answer = await api.get(f"/v1/exports/{export}", params={"year": 2021, "format": form})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="{export}-2021.{form}"'
    if form == "jsonl":
        return [json.loads(line) for line in answer.text.splitlines()]
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)


async def test_every_posting_of_the_year_once(api: httpx.AsyncClient, books: Books) -> None:
    books.adopt(2020, shore=1_00)
    books.adopt(small_help=1_000_00, shore=500_00)
    for n in range(4):
        books.assess(assessed(f"i{n}", 100_00 + n))
    for form in ("csv", "jsonl"):
        found = await rows(api, "postings", form)
        assert [str(row["operation"]) for row in found] == ["adopt"] * 2 + ["reserve", "allocate"] * 4
        assert len({row["id"] for row in found}) == 10
        assert sum(int(row["amount_cents"]) for row in found if row["debit"] == "committed") == 400_06
    assert len(await rows(api, "grants")) == 4


async def test_a_person_is_in_no_file(api: httpx.AsyncClient, books: Books) -> None:
    books.adopt(clubs=9_000_00, small_help=1_000_00)
    enter(books, None, "civil-society", kernen=["noordoever"])
    enter(books, "Oever")
    contribute(books)
    resident = assessed("i1", 100_00)
    of_one = resident.data.model_copy(update={"submitter_kind": "resident"})
    books.assess(resident.model_copy(update={"data": of_one}))
    assert [row["name"] for row in await rows(api, "contributions")] == ["Oever"]
    assert [row["ontvanger"] for row in await rows(api, "subsidies")] == ["Oever"]
    kern = (await api.get("/v1/kernen/noordoever/statement?year=2021")).json()
    assert [item["cents"] for item in kern["items"]] == [600_00, 100_00]


async def test_the_woo_gets_its_six_fields(api: httpx.AsyncClient, books: Books) -> None:
    books.adopt(clubs=9_000_00, small_help=3_000_00, shore=5_000_00)
    ids = [enter(books, name) for name in "abc"]
    contribute(books)
    books.assess(assessed("i1", 300_00))
    books.assess(assessed("i2", 400_00))
    books.withdraw("i2")
    words = {"public_title": "Bank aan de kade", "public_summary": "Twee banken."}
    for initiative_id in ("i2", "i9"):  # no money was asked for the last one
        books.told(partial(handlers.corrected, corrected(initiative_id, **words)))
    grant = books.grant("i1")["id"]
    await api.post(f"/v1/grants/{grant}/amendments", json={"amountCents": 350_00})
    await api.post(f"/v1/grants/{grant}/settlements", json={"actualCostCents": 325_50})
    books.assess(assessed("i3", 500_00, line="shore"))  # reserved: nothing was granted
    own = (await api.get("/v1/contributions", params={"organisationId": ids[0]})).json()["items"]
    withdraw(books, own[0]["id"])
    found = await rows(api, "subsidies", "jsonl")
    assert len(found) == 2 + 3
    told = found[0]
    assert {key: value.replace("\u00a0", " ") for key, value in told.items()} == {
        "wettelijke grondslag": "Verordening Dorpen Waterrijk, artikel 3",
        "ontvanger": "Groep inwoners",
        "activiteiten en doel": "Bank aan het water. Een bank.",
        "bedrag en wijzigingen": "€ 300,00; gewijzigd in € 350,00 op 15 juni 2021; "
        "vastgesteld op € 325,50 op 15 juni 2021",
        "intrekkingen": "",
        "datum": "2021-06-15",
    }
    assert found[1]["activiteiten en doel"] == "Bank aan de kade. Twee banken."
    assert found[1]["intrekkingen"].replace("\u00a0", " ") == "€ 400,00 op 15 juni 2021"
    (gone,) = [row for row in found if row["ontvanger"] == "a"]
    assert gone["intrekkingen"].replace("\u00a0", " ") == "€ 600,00 op 15 juni 2021"
    assert gone["activiteiten en doel"] == "Jaarlijkse bijdrage 2021 (Dorpsclub)"


async def test_what_cannot_be_exported(api: httpx.AsyncClient) -> None:
    for path, status in (
        ("postings?year=2021", 404),
        ("subsidies?year=2021", 404),
        ("postings", 400),
        ("postings?year=2021&format=xlsx", 400),
        ("secrets?year=2021", 400),
    ):
        answer = await api.get(f"/v1/exports/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    (cell,) = next(csv.reader(io.StringIO(data_file.body(["a"], [{"a": text}], "csv"), newline="")))
    assert cell == f"'{text}"
    assert data_file.body(["a"], [{"a": -5}], "csv") == "-5\r\n"
    assert json.loads(data_file.body(["a"], [{"a": text}], "jsonl")) == {"a": text}


async def test_an_organisation_sees_its_years(api: httpx.AsyncClient, books: Books) -> None:
    books.adopt(2020)
    books.adopt(2021)
    one = enter(books, "a")
    contribute(books, "r20", 2020)
    contribute(books, "r21", 2021)
    (last,) = (await api.get("/v1/contributions", params={"year": 2021})).json()["items"]
    withdraw(books, last["id"])
    statement = (await api.get(f"/v1/organisations/{one}/statement")).json()
    assert [(each["year"], each["state"]) for each in statement["contributions"]] == [
        (2020, "allocated"),
        (2021, "withdrawn"),
    ]
    assert statement["cents"] == 600_00
    assert (await api.get("/v1/organisations/nobody/statement")).status_code == 404
