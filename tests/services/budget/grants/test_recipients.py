# SPDX-License-Identifier: EUPL-1.2
"""Whom a grant goes to: an organisation that the budget holder names is in the files; a person never is."""

import json
from typing import Any

import httpx
import pytest

from tests.services.budget.acts import change, contribute, end, enter
from tests.services.budget.books import Books, assessed

NOBODY = "org-nobody"


@pytest.fixture
def club(books: Books) -> str:
    """In the register, when a grant of 2021 is decided on."""
    books.adopt(2020)
    books.adopt(small_help=3_000_00, clubs=1_800_00)
    return enter(books, "Dorpsclub")


async def decide(api: httpx.AsyncClient, books: Books, initiative_id: str, **fields: Any) -> httpx.Response:
    grant = books.grant(initiative_id)["id"]
    return await api.post(f"/v1/grants/{grant}/decisions", json={"decision": "allocate"} | fields)


async def exported(api: httpx.AsyncClient, export: str = "subsidies") -> list[dict[str, Any]]:
    answer = await api.get(f"/v1/exports/{export}?year=2021&format=jsonl")
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_an_organisation_that_is_named_is_in_the_woo_export(
    api: httpx.AsyncClient, books: Books, club: str
) -> None:
    for name in ("named", "unnamed"):
        books.assess(assessed(name, 500_00))
    books.assess(assessed("at-once", 100_00))
    answer = await decide(api, books, "named", organisationId=club)
    assert (answer.status_code, answer.json()["organisationId"]) == (201, club)
    assert (await decide(api, books, "unnamed")).json()["organisationId"] is None
    assert [row["ontvanger"] for row in await exported(api)] == ["Dorpsclub", *["Groep inwoners"] * 2]
    change(books, club, name="Dorpsclub Noordoever")
    assert (await exported(api))[0]["ontvanger"] == "Dorpsclub Noordoever"
    assert [row["organisation_id"] for row in await exported(api, "grants")] == [club, None, None]


async def test_what_waited_for_money_names_it_too(api: httpx.AsyncClient, books: Books, club: str) -> None:
    books.assess(assessed("first", 2_900_00))
    books.assess(assessed("second", 500_00))
    answer = await decide(api, books, "second", organisationId=club, amountCents=100_00)
    assert (answer.status_code, answer.json()["organisationId"]) == (201, club)


async def test_no_event_names_it(api: httpx.AsyncClient, books: Books, club: str) -> None:
    books.assess(assessed("i1", 500_00))
    grant = books.grant("i1")["id"]
    (promised,) = books.decide("i1", decision="allocate", organisationId=club)
    assert "Dorpsclub" not in promised.model_dump_json()
    assert (await api.get(f"/v1/grants/{grant}")).json()["organisationId"] == club


async def test_who_cannot_get_it_is_told_why_and_nothing_is_written(
    api: httpx.AsyncClient, books: Books, club: str
) -> None:
    gone = enter(books, "Weg", activeUntil="2020-12-31")
    later = enter(books, "Later", activeFrom="2022-01-01")
    person = enter(books, None, "civil-society")
    books.assess(assessed("i1", 500_00))
    of_resident = assessed("i2", 500_00)
    data = of_resident.data.model_copy(update={"submitter_kind": "resident"})
    books.assess(of_resident.model_copy(update={"data": data}))
    before = books.written()
    for initiative_id, fields, told in (
        ("i1", {"organisationId": NOBODY}, "There is no organisation org-nobody. Register it first"),
        ("i1", {"organisationId": gone}, "is not active in 2021"),
        ("i1", {"organisationId": later}, "is not active in 2021"),
        ("i1", {"organisationId": person}, "is one natural person"),
        ("i1", {"organisationId": club, "decision": "decline"}, "leave it out unless allocating"),
        ("i1", {"organisationId": club, "decision": "wait"}, "leave it out unless allocating"),
        ("i1", {"organisationId": "no id"}, ""),
        ("i2", {"organisationId": club}, "a resident asked for it"),
    ):
        answer = await decide(api, books, initiative_id, **fields)
        assert answer.status_code == 400, (fields, answer.text)
        (error,) = answer.json()["errors"]
        assert error["field"] == "organisationId"
        assert told in error["message"]
        assert books.written() == before
    for initiative_id in ("i1", "i2"):
        assert (await decide(api, books, initiative_id)).status_code == 201
    assert [row["ontvanger"] for row in await exported(api)] == ["Groep inwoners"]


async def test_it_is_promised_once_and_to_one_organisation(
    api: httpx.AsyncClient, books: Books, club: str
) -> None:
    other = enter(books, "Oeverclub")
    books.assess(assessed("i1", 500_00))
    await decide(api, books, "i1", organisationId=club)
    before = books.written()
    for again in (other, club):
        answer = await decide(api, books, "i1", organisationId=again)
        assert (answer.status_code, answer.json()["code"]) == (409, "grant-allocated")
    assert books.written() == before
    assert books.grant("i1")["organisation_id"] == club


async def test_who_became_a_natural_person_in_the_rules_is_left_out(
    api: httpx.AsyncClient, books: Books, club: str
) -> None:
    books.assess(assessed("i1", 500_00))
    await decide(api, books, "i1", organisationId=club)
    contribute(books)
    assert len(await exported(api)) == 2
    persons = [c.model_copy(update={"natural_person": True}) for c in books.municipality.contributions]
    rules = books.municipality.model_copy(update={"contributions": tuple(persons)})
    books.transactions.municipality = rules
    assert await exported(api) == []


@pytest.mark.parametrize(
    ("paid", "named"),
    [("4711", True), ("4712", False), ("4713", False), ("4714", False), ("4715", False)],
    ids=["its", "nobody", "two", "person", "ended"],
)
async def test_what_was_promised_by_itself_is_named_by_whom_is_paid(
    api: httpx.AsyncClient, books: Books, club: str, paid: str, named: bool
) -> None:
    change(books, club, creditorNumber="4711")
    for name in ("Een", "Twee"):
        enter(books, name, creditorNumber="4713")
    enter(books, None, "civil-society", creditorNumber="4714")
    enter(books, "Weg", creditorNumber="4715", activeUntil="2020-12-31")
    books.assess(assessed("i1", 100_00))
    grant = books.grant("i1")["id"]
    answer = await api.post(f"/v1/grants/{grant}/payments", json={"creditorNumber": paid})
    assert answer.status_code == 201, answer.text
    assert [row["ontvanger"] for row in await exported(api)] == ["Dorpsclub" if named else "Groep inwoners"]


async def test_a_payment_names_no_other_than_was_promised(
    api: httpx.AsyncClient, books: Books, club: str
) -> None:
    enter(books, "Oeverclub", creditorNumber="4711")
    books.assess(assessed("i1", 500_00))
    await decide(api, books, "i1", organisationId=club)
    grant = books.grant("i1")["id"]
    await api.post(f"/v1/grants/{grant}/payments", json={"creditorNumber": "4711"})
    assert [row["ontvanger"] for row in await exported(api)] == ["Dorpsclub"]


async def test_what_it_was_promised_stays_its_own_when_it_ends(
    api: httpx.AsyncClient, books: Books, club: str
) -> None:
    books.assess(assessed("i1", 500_00))
    await decide(api, books, "i1", organisationId=club)
    end(books, club, activeUntil="2020-12-31")
    assert [row["ontvanger"] for row in await exported(api)] == ["Dorpsclub"]
