# SPDX-License-Identifier: EUPL-1.2
"""The life of initiatives through the public API, on SQLite and PostgreSQL."""

import json
from typing import Any

import httpx
import pytest

from services.initiatives import PUBLISHES
from shared.contracts.budget import GrantAllocated, GrantDeclined
from shared.contracts.envelope import envelope_of
from tests.services.initiatives.conftest import APPOINTMENT, ASSESSMENT, MONEY_ASKED, SUBMISSION, Room


async def post(api: httpx.AsyncClient, path: str, body: dict[str, Any], status: int = 201) -> dict[str, Any]:
    answer = await api.post(path, json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_receipt(api: httpx.AsyncClient) -> None:
    answer = await api.post("/v1/initiatives", json=SUBMISSION)
    receipt = answer.json()

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/initiatives/{receipt['id']}"
    assert (await api.get(answer.headers["Location"])).json() == receipt
    assert receipt == {
        "id": receipt["id"],
        "state": "submitted",
        "kernen": ["noordoever", "de-plaat"],
        "theme": "water",
        "submitterKind": "residents-group",
        "title": "Een steiger voor iedereen",
        "receivedDate": "2021-06-16",
        "decisionDueDate": "2021-07-28",
        "officerId": None,
        "origin": "live",
        "number": "WTR-2021-00001",
        "channel": "web",
        "description": "Wij willen een steiger.\n\tMet een bank.",
        "amountAskedCents": 35000,
        "wantedStartDate": "2021-09-01",
        "term": {
            "decisionDueDate": "2021-07-28",
            "approachingDate": "2021-07-18",
            "answerByDate": None,
            "extended": False,
            "runs": True,
        },
        "supplements": [],
        "assessment": None,
        "money": None,
        "supportGiven": None,
        "evaluation": None,
        "contactPoint": {
            "name": "Loket Dorpen",
            "email": "dorpen@waterrijk.example",
            "url": "https://waterrijk.example/dorpen",
        },
        "allowed": ["assignments", "supplement-requests", "extensions", "assessments", "withdrawals"],
        "history": [
            {
                "actor": "submitter",
                "what": "initiative.submitted",
                "happenedOn": "2021-06-16",
                "recordedAt": "2021-06-15T22:30:00Z",
                "why": None,
            }
        ],
    }


async def test_from_submission_to_realisation(api: httpx.AsyncClient, room: Room) -> None:
    await post(api, "/v1/kernambtenaren", APPOINTMENT)
    made = await post(api, "/v1/initiatives", SUBMISSION | {"happenedOn": "2021-03-01", "origin": "example"})
    one = f"/v1/initiatives/{made['id']}"
    assert (made["state"], made["officerId"], made["origin"]) == ("assigned", "officer-7", "example")

    assessed = await post(api, f"{one}/assessments", MONEY_ASKED | {"happenedOn": "2021-03-08"})
    allowed = ["assignments", "extensions", "withdrawals", "corrections"]
    assert (assessed["state"], assessed["allowed"]) == ("awaiting-grant", allowed)
    refused = await post(api, f"{one}/starts", {}, 409)
    assert refused["code"] == "initiative-awaiting-grant"
    assert refused["allowed"] == allowed

    facts = {"happened_on": "2021-03-09", "kernen": ["noordoever"], "actor": "system", "origin": "example"}
    grant = {"initiative_id": made["id"], "line": "small-help", "year": 2021, "amount_cents": 350_00}
    promised = {"decided_on": "2021-03-09", "legal_basis": "Artikel 3", "recipient_kind": "residents-group"}
    room.hear(GrantAllocated.model_validate(facts | grant | promised))

    funded = (await api.get(one)).json()
    assert funded["state"] == "funded"
    assert funded["money"] == {
        "line": "small-help",
        "askedCents": 35000,
        "decision": "allocated",
        "year": 2021,
        "allocatedCents": 35000,
        "decidedDate": "2021-03-09",
        "reason": None,
        "settledCents": None,
    }
    await post(api, f"{one}/starts", {"happenedOn": "2021-04-01"})
    done = await post(api, f"{one}/realisations", {"supportGiven": ["money"], "happenedOn": "2021-05-01"})
    assert (done["state"], done["supportGiven"], done["allowed"]) == (
        "realised",
        ["money"],
        ["assignments", "evaluations", "corrections"],
    )
    assert [(entry["what"], entry["actor"], entry["happenedOn"]) for entry in done["history"]] == [
        ("initiative.submitted", "submitter", "2021-03-01"),
        ("initiative.assigned", "system", "2021-03-01"),
        ("initiative.assessed", "kernambtenaar", "2021-03-08"),
        ("grant.allocated", "system", "2021-03-09"),
        ("initiative.started", "submitter", "2021-04-01"),
        ("initiative.realised", "kernambtenaar", "2021-05-01"),
    ]
    origins = [json.loads(event)["data"]["origin"] for event in room.events()]
    assert origins == ["live"] + 5 * ["example"]  # an example stays one, whatever a later command says


async def test_residents_may_go_on_without_the_money(api: httpx.AsyncClient, room: Room) -> None:
    made = await post(api, "/v1/initiatives", SUBMISSION)
    one = f"/v1/initiatives/{made['id']}"
    await post(api, f"{one}/assessments", MONEY_ASKED)
    facts = {"happened_on": "2021-06-16", "kernen": ["noordoever"], "actor": "system", "origin": "live"}
    grant = {"initiative_id": made["id"], "line": "small-help", "year": 2021, "amount_cents": 350_00}
    why = {"decided_on": "2021-06-16", "reason": "no-room", "criteria": []}
    room.hear(GrantDeclined.model_validate(facts | grant | why))

    started = await post(api, f"{one}/starts", {})
    assert (started["state"], started["money"]["reason"]) == ("started", "no-room")


async def test_every_event_is_one_of_the_catalogue_in_order(api: httpx.AsyncClient, room: Room) -> None:
    await post(api, "/v1/kernambtenaren", APPOINTMENT)
    made = await post(api, "/v1/initiatives", SUBMISSION)
    await post(api, f"/v1/initiatives/{made['id']}/assessments", ASSESSMENT)
    by_type = {f"nl.kernpuls.{kind.TYPE}": envelope_of(kind) for kind in PUBLISHES}
    events = [by_type[json.loads(raw)["type"]].model_validate_json(raw) for raw in room.events()]
    assert [(event.type, event.kern, event.subjectsequence) for event in events] == [
        ("nl.kernpuls.kernambtenaar.appointed.v1", "noordoever", "1"),
        ("nl.kernpuls.initiative.submitted.v1", "noordoever", "1"),
        ("nl.kernpuls.initiative.assigned.v1", "noordoever", "2"),
        ("nl.kernpuls.initiative.assessed.v1", "noordoever", "3"),
    ]


async def test_the_same_key_submits_once(api: httpx.AsyncClient, room: Room) -> None:
    answers = [
        await api.post("/v1/initiatives", json=SUBMISSION, headers={"Idempotency-Key": "k1"})
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    told = [json.loads(event)["type"] for event in room.events()]
    assert told == ["nl.kernpuls.initiative.submitted.v1", "nl.kernpuls.kern.uncovered.v1"]


UNSAID: dict[str, Any] = {"validUntil": None, "deputyId": None, "absences": []}


async def test_the_life_of_an_appointment(api: httpx.AsyncClient) -> None:
    made = await post(api, "/v1/kernambtenaren", APPOINTMENT | {"origin": "example"})
    one = f"/v1/kernambtenaren/{made['id']}"
    assert made == {**APPOINTMENT, "id": made["id"], **UNSAID, "origin": "example"}
    ended = await post(api, f"{one}/endings", {"validUntil": "2021-12-31"})
    assert ended["validUntil"] == "2021-12-31"
    refused = await post(api, f"{one}/endings", {"validUntil": "2022-01-01"}, 409)
    assert refused["code"] == "appointment-ends"
    assert (await api.get(one)).json() == ended


@pytest.mark.parametrize(
    "path", ["/v1/initiatives/nowhere", "/v1/kernambtenaren/nobody", "/v1/initiatives/nowhere/assessments"]
)
async def test_what_is_not_there_is_not_found(api: httpx.AsyncClient, path: str) -> None:
    if path.endswith("assessments"):
        await post(api, path, ASSESSMENT, 404)
        return
    assert (await api.get(path)).status_code == 404
