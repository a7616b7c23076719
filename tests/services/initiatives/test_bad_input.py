# SPDX-License-Identifier: EUPL-1.2
"""A request that cannot be right is answered with everything that is wrong, and writes nothing."""

from typing import Any

import httpx
import pytest

from tests.services.initiatives.conftest import APPOINTMENT, ASSESSMENT, MONEY_ASKED, SUBMISSION, YES

CONTACT = SUBMISSION["contact"]


async def errors(api: httpx.AsyncClient, path: str, body: Any) -> dict[str, str]:
    answer = await api.post(path, json=body)
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"kernen": []}, "kernen", "at least 1"),
        ({"kernen": ["noordoever", "noordoever"]}, "kernen", "noordoever is named twice"),
        ({"kernen": ["atlantis"]}, "kernen.0", "choose from de-plaat, noordoever, zuidoever"),
        ({"kernen": ["gemeente"]}, "kernen.0", "not a kern"),
        ({"kernen": "noordoever"}, "kernen", "valid tuple"),
        ({"theme": "gold"}, "theme", "choose from water, together"),
        ({"submitterKind": "mayor"}, "submitterKind", "'resident'"),
        ({"channel": "pigeon"}, "channel", "'web'"),
        ({"title": " "}, "title", "at least 1 character"),
        ({"title": "x" * 201}, "title", "at most 200"),
        ({"title": "een\ntwee"}, "title", "U+000A at place 4"),
        ({"title": "een\u0007"}, "title", "U+0007"),
        ({"title": "een\u202etwee"}, "title", "U+202E"),
        ({"title": 7}, "title", "string"),
        ({"description": "x" * 10_001}, "description", "at most 10000"),
        ({"description": "een\u001b[31m"}, "description", "U+001B"),
        ({"amountAskedCents": -1}, "amountAskedCents", "greater than 0"),
        ({"amountAskedCents": 0}, "amountAskedCents", "greater than 0"),
        ({"amountAskedCents": 10.5}, "amountAskedCents", "integer"),
        ({"amountAskedCents": "100"}, "amountAskedCents", "integer"),
        ({"amountAskedCents": True}, "amountAskedCents", "integer"),
        ({"amountAskedCents": 20_000_01}, "amountAskedCents", "above 2000000"),
        ({"wantedStartDate": "gisteren"}, "wantedStartDate", "YYYY-MM-DD"),
        ({"wantedStartDate": "2021-02-30"}, "wantedStartDate", "valid date"),
        ({"wantedStartDate": 20210301}, "wantedStartDate", "YYYY-MM-DD"),
        ({"happenedOn": "2021-06-17"}, "happenedOn", "has yet to come"),
        ({"happenedOn": "1899-12-31"}, "happenedOn", "before 1900"),
        ({"origin": "dream"}, "origin", "'live'"),
        ({"contact": {"email": "info@waterrijk.example"}}, "contact.name", "is required"),
        ({"contact": {**CONTACT, "email": "nergens"}}, "contact.email", "info@example.nl"),
        ({"contact": {**CONTACT, "bsn": "1"}}, "contact.bsn", "not known here"),
        ({"colour": "blue"}, "colour", "not known here"),
    ],
)
async def test_a_submission(
    quiet_api: httpx.AsyncClient, changes: dict[str, Any], field: str, told: str
) -> None:
    found = await errors(quiet_api, "/v1/initiatives", SUBMISSION | changes)
    assert list(found) == [field]
    assert told in found[field]


async def test_all_that_is_wrong_is_said_at_once(quiet_api: httpx.AsyncClient) -> None:
    unknown = {"kernen": ["atlantis", "noordoever", "eldorado"], "theme": "gold", "happenedOn": "2022-01-01"}
    found = await errors(quiet_api, "/v1/initiatives", SUBMISSION | unknown)
    assert set(found) == {"kernen.0", "kernen.2", "theme", "happenedOn"}
    required = {"kernen", "theme", "submitterKind", "title", "description", "channel"}
    assert set(await errors(quiet_api, "/v1/initiatives", {})) == required


async def test_text_is_stored_as_it_was_written(api: httpx.AsyncClient) -> None:
    words = {"title": "  <b>Één</b> & 'bank' 🌳 عربي  ", "description": "a\r\nb\n\tc"}
    made = (await api.post("/v1/initiatives", json=SUBMISSION | words)).json()
    assert made["title"] == "<b>Één</b> & 'bank' 🌳 عربي"
    assert made["description"] == "a\nb\n\tc"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (ASSESSMENT | {"answers": []}, {"answers"}),
        (ASSESSMENT | {"answers": [*YES, *YES]}, {"answers.0.criterion", "answers.1.criterion"}),
        (ASSESSMENT | {"answers": MONEY_ASKED["answers"]}, {"answers.1.criterion"}),  # asks no money
        (MONEY_ASKED | {"answers": YES}, {"answers"}),
        (MONEY_ASKED | {"amountCents": 20_000_01}, {"amountCents"}),
        (MONEY_ASKED | {"line": "clubs"}, {"line"}),
        (MONEY_ASKED | {"line": "shore"}, {"answers.1.criterion", "answers"}),  # another line's questions
        (ASSESSMENT | {"line": "shore", "amountCents": 1}, {"line", "amountCents", "answers"}),
        (ASSESSMENT | {"guideVersion": "1999"}, {"guideVersion"}),
        (ASSESSMENT | {"goals": [3]}, {"goals.0"}),
        (ASSESSMENT | {"goals": [True]}, {"goals.0"}),
        (ASSESSMENT | {"goals": [1, 1]}, {"goals"}),
        (ASSESSMENT | {"supportKinds": ["love"]}, {"supportKinds.0"}),
        (ASSESSMENT | {"outcome": "decline"}, {"motivation"}),
        (ASSESSMENT | {"publicTitle": ""}, {"publicTitle"}),
        (ASSESSMENT | {"answers": [YES[0] | {"yes": "yes"}]}, {"answers.0.yes"}),
        (ASSESSMENT | {"answers": [YES[0] | {"reason": ""}]}, {"answers.0.reason"}),
        (ASSESSMENT | {"answers": [YES[0] | {"reason": "x" * 2_001}]}, {"answers.0.reason"}),
        ({}, {"answers", "publicTitle", "publicSummary"}),
    ],
)
async def test_an_assessment(quiet_api: httpx.AsyncClient, body: dict[str, Any], fields: set[str]) -> None:
    assert set(await errors(quiet_api, "/v1/initiatives/i1/assessments", body)) == fields


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"officerId": "Jan Jansen"}, "officerId"),
        ({"officerId": "jan@waterrijk.example"}, "officerId"),
        ({"kernen": ["atlantis"]}, "kernen.0"),
        ({"validUntil": "2020-12-31"}, "validUntil"),
        ({"functionalAddress": "postbus 1"}, "functionalAddress"),
        ({"happenedOn": "2021-06-17"}, "happenedOn"),
    ],
)
async def test_an_appointment(quiet_api: httpx.AsyncClient, changes: dict[str, Any], field: str) -> None:
    assert list(await errors(quiet_api, "/v1/kernambtenaren", APPOINTMENT | changes)) == [field]


async def test_a_step_before_the_last_one(quiet_api: httpx.AsyncClient) -> None:
    for path, body in (("withdrawals", {}), ("assessments", ASSESSMENT)):
        found = await errors(quiet_api, f"/v1/initiatives/i1/{path}", body | {"happenedOn": "2021-06-15"})
        assert "last step (2021-06-16)" in found["happenedOn"]


async def test_an_assessment_of_something_withdrawn(api: httpx.AsyncClient) -> None:
    one = (await api.post("/v1/initiatives", json=SUBMISSION)).headers["Location"]
    await api.post(f"{one}/withdrawals", json={})
    answer = await api.post(f"{one}/assessments", json=ASSESSMENT)
    assert answer.status_code == 409
    assert answer.json()["code"] == "initiative-withdrawn"
    assert answer.json()["allowed"] == []


@pytest.mark.parametrize("odd", ["a%20b", "a" * 65, "%F0%9F%8C%B3", "a'b"])
async def test_an_id_that_is_none(quiet_api: httpx.AsyncClient, odd: str) -> None:
    assert (await quiet_api.get(f"/v1/initiatives/{odd}")).status_code == 400
