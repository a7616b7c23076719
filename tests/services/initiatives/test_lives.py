# SPDX-License-Identifier: EUPL-1.2
"""Ten initiatives from their submission to their end, through the API, on SQLite and PostgreSQL: each event
is as it is published, and the history tells all of it.
"""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from services.initiatives import PUBLISHES
from shared.contracts.budget import GrantAllocated, GrantDeclined
from shared.contracts.envelope import envelope_of
from shared.contracts.schema import schema_of
from tests.services.initiatives.conftest import APPOINTMENT, ASSESSMENT, MONEY_ASKED, SUBMISSION, YES, Room

NO = [YES[0] | {"yes": False, "reason": "Voor één gezin."}]
DECLINED: dict[str, Any] = ASSESSMENT | {"answers": NO, "supportKinds": []}
REDIRECTED = DECLINED | {"outcome": "redirect", "motivation": "Een vergunning.", "destination": "front-desk"}
OVERRULED = ASSESSMENT | {"answers": NO, "outcome": "support", "motivation": "Het is een proef."}
ASKED, ANSWERED = {"asked": "Mogen wij de tekening zien?"}, {"answer": "Hier is hij."}
OTHER = {"officerId": "officer-8", "kernen": ["zuidoever"], "validFrom": "2020-01-01"}  # on duty for longer
LATER = {"until": "2021-08-20", "reason": "advice-needed"}
BACK = {"result": "partly", "goals": [2], "lesson": "Begin eerder met vragen."}
CORRECTED = {"publicTitle": "Steiger", "publicSummary": "Zonder naam erin."}
TO_THE_END = [("starts", {}), ("realisations", {"supportGiven": ["knowledge"]}), ("evaluations", BACK)]

# What is submitted beside the usual, what is done with it (a grant event is the budget's), where it ends.
LIVES: dict[str, tuple[dict[str, Any], list[tuple[str, Any]], str]] = {
    "supported and evaluated": ({}, [("assessments", ASSESSMENT), *TO_THE_END], "evaluated"),
    "paid": (
        {"submitterKind": "organisation"},
        [("assessments", MONEY_ASKED), (GrantAllocated.TYPE, {}), *TO_THE_END],
        "evaluated",
    ),
    "without the money": (
        {"channel": "counter"},
        [("assessments", MONEY_ASKED), (GrantDeclined.TYPE, {}), ("starts", {})],
        "started",
    ),
    "withdrawn before the money came": (
        {"channel": "telephone"},
        [("assessments", MONEY_ASKED), ("withdrawals", {})],
        "withdrawn",
    ),
    "declined": ({"submitterKind": "resident"}, [("assessments", DECLINED)], "declined"),
    "redirected": (
        {"channel": "paper", "amountAskedCents": None},
        [("assessments", REDIRECTED)],
        "redirected",
    ),
    "supplemented": (
        {"contact": None},
        [("supplement-requests", ASKED), ("supplements", ANSWERED), ("assessments", ASSESSMENT)],
        "supported",
    ),
    "extended and overruled": (
        {"submitterKind": "business"},
        [("extensions", LATER), ("assessments", OVERRULED), ("starts", {})],
        "started",
    ),
    "in other hands and corrected": (
        {"kernen": ["zuidoever", "noordoever"]},
        [
            ("assignments", {"officerId": "officer-8"}),
            ("assessments", ASSESSMENT),
            ("corrections", CORRECTED),
        ],
        "supported",
    ),
    "taken up by nobody and withdrawn": ({"kernen": ["de-plaat"]}, [("withdrawals", {})], "withdrawn"),
}
VALIDATORS = {
    f"nl.kernpuls.{kind.TYPE}": Draft202012Validator(schema_of(kind, "https://waterrijk.example/schemas/"))
    for kind in PUBLISHES
}
ENVELOPES = {f"nl.kernpuls.{kind.TYPE}": envelope_of(kind) for kind in PUBLISHES}


async def done(api: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await api.post(path, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def answered(room: Room, initiative_id: str, what: str) -> None:
    """The budget's answer on the money."""
    facts = {"happened_on": "2021-06-16", "kernen": ["noordoever"], "actor": "system", "origin": "live"}
    grant = {"initiative_id": initiative_id, "line": "small-help", "year": 2021, "amount_cents": 350_00}
    decided = facts | grant | {"decided_on": "2021-06-16"}
    if what == GrantAllocated.TYPE:
        legal = {"legal_basis": "Artikel 3", "recipient_kind": "organisation"}
        room.hear(GrantAllocated.model_validate(decided | legal))
    else:
        room.hear(GrantDeclined.model_validate(decided | {"reason": "no-room", "criteria": []}))


@pytest.mark.parametrize("life", LIVES)
async def test_a_life(api: httpx.AsyncClient, room: Room, life: str) -> None:
    submission, steps, end = LIVES[life]
    await done(api, "/v1/kernambtenaren", APPOINTMENT)
    await done(api, "/v1/kernambtenaren", APPOINTMENT | OTHER)
    made = await done(api, "/v1/initiatives", SUBMISSION | submission)
    one = f"/v1/initiatives/{made['id']}"
    for path, body in steps:
        if path.startswith("grant."):
            answered(room, made["id"], path)
        else:
            await done(api, f"{one}/{path}", body)

    view = (await api.get(one)).json()
    assert view["state"] == end
    told = []
    for raw in room.events():
        event = json.loads(raw)
        assert list(VALIDATORS[event["type"]].iter_errors(event)) == []
        ENVELOPES[event["type"]].model_validate_json(raw)
        for words in (
            "steiger voor iedereen",
            "Kanarie",
            "één gezin",
            "tekening",
            "eerder met vragen",
            "proef",
        ):
            assert words not in raw.decode()
        if event["subject"] == made["id"]:
            told.append((event["type"], event["data"]["actor"], event["data"]["happenedOn"]))
    history = [
        (f"nl.kernpuls.{line['what']}.v1", line["actor"], line["happenedOn"]) for line in view["history"]
    ]
    assert [line for line in history if ".grant." not in line[0]] == told
    assert len(history) - len(told) == sum(path.startswith("grant.") for path, _ in steps)


def test_the_lives_take_every_way() -> None:
    taken = {path for _, steps, _ in LIVES.values() for path, _ in steps if not path.startswith("grant.")}
    assert taken == {
        "assignments", "supplement-requests", "supplements", "extensions", "assessments", "corrections",
        "withdrawals", "starts", "realisations", "evaluations",
    }  # fmt: skip


async def test_the_kernambtenaar_changes_amid_an_assessment(api: httpx.AsyncClient) -> None:
    """One has it open and previews; another takes over and records first: who is late hears so."""
    mine = await done(api, "/v1/kernambtenaren", APPOINTMENT)
    one = f"/v1/initiatives/{(await done(api, '/v1/initiatives', SUBMISSION))['id']}"
    preview = await api.post(f"{one}/assessment-previews", json=ASSESSMENT)
    assert preview.status_code == 200

    await done(api, f"/v1/kernambtenaren/{mine['id']}/endings", {"validUntil": "2021-06-15"})
    await done(api, "/v1/kernambtenaren", APPOINTMENT | {"officerId": "officer-8"})
    moved = await done(api, f"{one}/assignments", {"officerId": "officer-8"})
    assert (moved["state"], moved["officerId"]) == ("assigned", "officer-8")
    await done(api, f"{one}/assessments", DECLINED)
    late = await api.post(f"{one}/assessments", json=ASSESSMENT)
    assert (late.status_code, late.json()["code"]) == (409, "initiative-declined")
    assert [line["what"] for line in (await api.get(one)).json()["history"]] == [
        "initiative.submitted", "initiative.assigned", "initiative.reassigned", "initiative.assessed",
    ]  # fmt: skip
    nobody = await api.post(f"{one}/assignments", json={"officerId": "officer-7"})
    assert nobody.status_code == 400
    assert "not a kernambtenaar on duty on 2021-06-16" in nobody.json()["detail"]


async def test_the_reply_is_seen_before_it_is_sent(api: httpx.AsyncClient, room: Room) -> None:
    one = f"/v1/initiatives/{(await done(api, '/v1/initiatives', SUBMISSION))['id']}"
    before = (await api.get(one)).json(), room.events()
    for body in (MONEY_ASKED, OVERRULED, REDIRECTED, DECLINED):
        shown = (await api.post(f"{one}/assessment-previews", json=body)).json()
        assert shown["sent"] == (body is not MONEY_ASKED)
        assert ((await api.get(one)).json(), room.events()) == before
    wrong = await api.post(f"{one}/assessment-previews", json=DECLINED | {"answers": []})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "answers")

    kept = (await done(api, f"{one}/assessments", DECLINED))["assessment"]
    assert (kept["replySubject"], kept["replyText"]) == (shown["subject"], shown["text"])
    assert "binnen 5 weken bezwaar" in shown["text"]


async def test_old_guides_stay_readable(api: httpx.AsyncClient) -> None:
    listed = (await api.get("/v1/guides")).json()["items"]
    assert listed == [{"version": "2018-9", "inForce": False}, {"version": "2019-1", "inForce": True}]
    old = (await api.get("/v1/guides/2018-9")).json()
    assert [question["question"] for question in old["questions"]] == ["Is het plan oud genoeg?"]
    assert (await api.get("/v1/guides/1999")).status_code == 404


async def test_worklists_hold_what_there_is_to_do(api: httpx.AsyncClient, room: Room) -> None:
    async def of(worklist: str, **query: str) -> list[str]:
        answer = await api.get(f"/v1/worklists/{worklist}", params=query)
        assert answer.status_code == 200, answer.text
        return [item["title"] for item in answer.json()["items"]]

    await done(api, "/v1/kernambtenaren", APPOINTMENT | {"deputyId": "officer-8"})
    for title, kern in (("Mijn", "noordoever"), ("Klaar", "noordoever"), ("Niemand", "de-plaat")):
        made = await done(api, "/v1/initiatives", SUBMISSION | {"title": title, "kernen": [kern]})
    done_with = (await api.get("/v1/initiatives?text=klaar")).json()["items"][0]["id"]
    await done(api, f"/v1/initiatives/{done_with}/withdrawals", {})

    assert await of("mine", officer="officer-7") == ["Mijn"]
    assert await of("my-kernen", officer="officer-8") == ["Mijn"]  # a deputy sees them too
    assert await of("waiting") == ["Niemand"]
    assert await of("exceeded") == await of("approaching") == []
    assert (await api.get("/v1/worklists/mine")).status_code == 400
    room.now = datetime(2021, 7, 20, 10, tzinfo=UTC)
    assert sorted(await of("approaching")) == ["Mijn", "Niemand"]
    room.now = datetime(2021, 7, 29, 10, tzinfo=UTC)
    assert await of("exceeded", officer="officer-7") == ["Mijn"]
    work = (await api.get("/v1/workloads")).json()["items"]
    assert work == [{"officerId": "officer-7", "open": 1, "waiting": 1, "exceeded": 1}]
    kernen = {kern["slug"]: kern for kern in (await api.get("/v1/kernen")).json()["items"]}
    assert kernen["noordoever"]["officerId"] == "officer-7"
    assert (kernen["de-plaat"]["uncoveredSinceDate"], kernen["de-plaat"]["waiting"]) == ("2021-06-16", 1)
    assert made["officerId"] is None
