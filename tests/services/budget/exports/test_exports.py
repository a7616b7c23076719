# SPDX-License-Identifier: EUPL-1.2
"""What is taken out as a file: everything of a year, nothing of a person, no formula; on both databases."""

import csv
import io
import json
import zipfile
from functools import partial
from typing import Any, get_args
from xml.etree import ElementTree

import httpx
import pytest

from services.budget.contributions.model import State
from services.budget.exports import data_file, queries, spreadsheet, woo
from services.budget.exports.columns import WORDS, Column
from services.budget.exports.queries import EXPORTS
from services.budget.grants import handlers
from services.budget.grants.model import GrantState
from services.budget.ledger.model import Account, Operation
from shared.contracts.budget import AmendmentCause, DeclineReason, OrganisationKind
from shared.contracts.envelope import Event, Origin, Role
from shared.contracts.initiatives import SubmitterKind
from shared.contracts.initiatives.life import InitiativePublicationCorrected
from shared.municipality import Municipality
from tests.services.budget.acts import adopt, contribute, enter, withdraw
from tests.services.budget.books import TODAY, Books, assessed, recorded

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ORIGINS = {"Echt", "Ingevoerd", "Voorbeeld"}
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


async def test_the_woo_gets_a_row_for_each_change(api: httpx.AsyncClient, books: Books) -> None:
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
    assert found[0] == {
        "kenmerk": grant,
        "wettelijke grondslag": "Verordening Dorpen Waterrijk, artikel 3",
        "ontvanger": "Groep inwoners",
        "activiteiten en doel": "Bank aan het water. Een bank.",
        "wijziging": "verleend",
        "bedrag_cents": 300_00,
        "datum": "2021-06-15",
        "herkomst": "live",
    }
    first, second, gone = (
        [(row["wijziging"], row["bedrag_cents"]) for row in found if row["kenmerk"] == about]
        for about in (grant, books.grant("i2")["id"], own[0]["id"])
    )
    assert first == [("verleend", 300_00), ("gewijzigd in", 350_00), ("vastgesteld op", 325_50)]
    assert second == [("verleend", 400_00), ("ingetrokken", 400_00)]
    assert gone == [("verleend", 600_00), ("ingetrokken", 600_00)]
    assert len(found) == 3 + 2 + 2 + 1 + 1
    assert found[3]["activiteiten en doel"] == "Bank aan de kade. Twee banken."
    (club, _) = [row for row in found if row["ontvanger"] == "a"]
    assert club["activiteiten en doel"] == "Jaarlijkse bijdrage 2021 (Dorpsclub)"


async def test_what_was_paid_back_is_in_the_file_of_the_woo(api: httpx.AsyncClient, books: Books) -> None:
    books.adopt(small_help=3_000_00)
    books.assess(assessed("i1", 300_00))
    books.assess(assessed("i2", 200_00))
    for name, ordered in (("i1", 300_00), ("i2", 150_00)):
        payment = {"creditorNumber": "17", "amountCents": ordered}
        await api.post(f"/v1/grants/{books.grant(name)['id']}/payments", json=payment)
    await api.post("/v1/payment-files", json={})
    orders = {o["subject"]: o["id"] for o in (await api.get("/v1/payment-orders")).json()["items"]}
    books.withdraw("i2")  # what is being paid is not taken back before the answer
    answer = f"{orders[books.grant('i1')['id']]},paid,2021-06-15,\n"
    answer += f"{orders[books.grant('i2')['id']]},refused,2021-06-15,rekening opgeheven\n"
    await api.post("/v1/payment-answers", json={"csv": f"order,outcome,date,reason\n{answer}"})
    settled = f"/v1/grants/{books.grant('i1')['id']}"
    await api.post(f"{settled}/settlements", json={"actualCostCents": 250_00})
    await api.post(f"{settled}/refunds", json={"amountCents": 50_00})
    assert [(row["wijziging"], int(row["bedrag_cents"])) for row in await rows(api, "subsidies")] == [
        ("verleend", 300_00),
        ("vastgesteld op", 250_00),
        ("terugbetaald", 50_00),
        ("verleend", 200_00),
        ("ingetrokken", 50_00),
        ("ingetrokken", 150_00),
    ]


async def test_what_cannot_be_exported(api: httpx.AsyncClient) -> None:
    for path, status in (
        ("postings?year=2021", 404),
        ("subsidies?year=2021", 404),
        ("postings", 400),
        ("postings?year=2021&format=pdf", 400),
        ("secrets?year=2021", 400),
    ):
        answer = await api.get(f"/v1/exports/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_program_gets_every_value_as_it_is(text: str) -> None:
    columns, row = [Column("a", "A"), Column("b", "B", "number")], {"a": text, "b": -5}
    (found,) = csv.reader(io.StringIO(data_file.body(columns, [row], "csv"), newline=""))
    assert found == [text, "-5"]
    assert json.loads(data_file.body(columns, [row], "jsonl")) == row


@pytest.mark.parametrize("text", FORMULAS)
def test_a_spreadsheet_has_no_formula(text: str, municipality: Municipality) -> None:
    columns = [Column("a", "A"), Column("b", "B", "code")]
    (first, second) = cells(spreadsheet.write(columns, [{"a": text, "b": text}], municipality))[1]
    written = text.replace("\r", "_x000D_")  # as the format has it
    assert (first.get("t"), "".join(first.itertext())) == ("inlineStr", written)
    assert (second.get("t"), "".join(second.itertext())) == ("inlineStr", written)


def test_a_spreadsheet_has_euros_and_dates_as_numbers(municipality: Municipality) -> None:
    columns = [Column("a", "Bedrag", "euro"), Column("b", "Datum", "date"), Column("c", "Kern", "kern")]
    rows: list[dict[str, Any]] = [
        {"a": -1_234_56, "b": TODAY, "c": ["noordoever"]},
        {"a": None, "b": None, "c": []},
    ]
    titles, filled, *_ = cells(spreadsheet.write(columns, rows, municipality))
    assert ["".join(cell.itertext()) for cell in titles] == ["Bedrag", "Datum", "Kern"]
    assert ["".join(cell.itertext()) for cell in filled] == ["-1234.56", "44362", "Noordoever"]


def test_every_code_has_a_word_for_people() -> None:
    kinds = (Operation, Account, Role, AmendmentCause, DeclineReason, GrantState, State, SubmitterKind)
    codes = {code for kind in (*kinds, OrganisationKind, Origin) for code in get_args(kind)}
    assert codes | set(woo.CHANGES.values()) <= WORDS.keys()


async def test_what_is_invented_is_marked_in_every_file(api: httpx.AsyncClient, books: Books) -> None:
    adopt(books, origin="example", lines=[{"line": "small-help", "amountCents": 1_000_00}])
    books.assess(assessed("i1", 100_00, origin="example"))
    for export in EXPORTS:
        for form in ("csv", "jsonl", "xlsx"):
            answer = await api.get(f"/v1/exports/{export}?year=2021&format={form}")
            name = answer.headers["content-disposition"]
            assert name == f'attachment; filename="voorbeeld-{export}-2021.{form}"'
            if export != "contributions" and form != "xlsx":
                assert "example" in answer.text
            elif export != "contributions":
                assert [
                    text for cell in cells(answer.content)[1] if (text := "".join(cell.itertext())) in ORIGINS
                ] == ["Voorbeeld"]


def cells(book: bytes) -> list[list[ElementTree.Element]]:
    """Row by row, as they are in the file."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    found = [list(row) for row in sheet.iter(f"{{{SHEET}}}row")]
    assert not [cell for row in found for cell in row if cell.find(f"{{{SHEET}}}f") is not None]
    return found


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
