# SPDX-License-Identifier: EUPL-1.2
"""Participation from the question whether it fits to what was done with the input; networks; commitments."""

from typing import Any

import httpx
import pytest

from tests.services.initiatives.conftest import Room

ANSWERS = [
    {"criterion": "room-for-change", "yes": True, "reason": "Er is nog niets gekozen."},
    {"criterion": "touches-people", "yes": True, "reason": "Iedereen loopt er langs."},
]
QUESTION: dict[str, Any] = {"kernen": ["noordoever"], "publicSubject": "Het plein", "answers": ANSWERS}
START = {
    "rung": "co-produce",
    "invited": ["residents", "young-people"],
    "publicGoal": "Een plein voor iedereen",
    "publicReaching": "Wij gaan langs de deuren.",
}
ACTIVITY = {"form": "walk-in", "invitedBy": "letter", "attendance": 12, "groups": ["young-people"]}
POINTS = [{"publicInput": "Meer bomen", "use": "partly", "publicAnswer": "Er komen er drie."}]
PERSON = {"name": "Kanarie Deelnemer", "email": "kanarie@deelnemer.example", "consent": True}


async def posted(api: httpx.AsyncClient, path: str, body: dict[str, Any], status: int = 201) -> Any:
    answer = await api.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def considered(api: httpx.AsyncClient, **changes: Any) -> str:
    return f"/v1/participations/{(await posted(api, '/v1/participations', QUESTION | changes))['id']}"


async def test_a_whole_process(api: httpx.AsyncClient, room: Room) -> None:
    one = await considered(api)
    await posted(api, f"{one}/starts", START)
    await posted(api, f"{one}/participants", PERSON)
    await posted(api, f"{one}/activities", ACTIVITY)
    await posted(api, f"{one}/activities", ACTIVITY | {"form": "street", "attendance": 0, "groups": []})
    done = await posted(api, f"{one}/conclusions", {"points": POINTS})
    assert (done["state"], done["rung"], done["participants"], done["allowed"]) == (
        "concluded", "co-produce", 1, [],
    )  # fmt: skip
    assert [each["attendance"] for each in done["activities"]] == [12, 0]
    assert done["points"] == POINTS
    assert [each["what"] for each in done["history"]] == [
        f"participation.{what}"
        for what in ("considered", "started", "activity-held", "activity-held", "concluded")
    ]
    said = " ".join(event.decode() for event in room.events())
    assert "kanarie" not in said.lower()
    assert "Er is nog niets gekozen" not in said
    listed = (await api.get("/v1/participations", params={"kern": "noordoever"})).json()["items"]
    assert [each["publicSubject"] for each in listed] == ["Het plein"]
    assert (await api.get("/v1/participations", params={"kern": "zuidoever"})).json()["items"] == []


async def test_the_answer_no_is_recorded_too(api: httpx.AsyncClient) -> None:
    no = [ANSWERS[0], ANSWERS[1] | {"yes": False}]
    one = await considered(api, answers=no)
    refused = await posted(api, f"{one}/starts", START, 409)
    assert (refused["code"], refused["allowed"]) == ("participation-does-not-fit", [])
    await posted(api, "/v1/participations", QUESTION | {"answers": no, "fits": True}, 400)
    overruled = QUESTION | {"answers": no, "fits": True, "motivation": "De raad wil het."}
    assert (await posted(api, "/v1/participations", overruled))["overruled"] is True


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"answers": ANSWERS[:1]}, "answers"),
        ({"answers": [*ANSWERS, ANSWERS[0]]}, "answers"),
        ({"answers": [*ANSWERS, {"criterion": "geen", "yes": True, "reason": "x"}]}, "answers.2"),
        ({"guideVersion": "1999"}, "guideVersion"),
        ({"kernen": ["atlantis"]}, "kernen.0"),
        ({"motivation": "Zomaar"}, "motivation"),
        ({"happenedOn": "2099-01-01"}, "happenedOn"),
    ],
)
async def test_what_cannot_be_considered(
    api: httpx.AsyncClient, room: Room, changes: dict[str, Any], field: str
) -> None:
    refused = await posted(api, "/v1/participations", QUESTION | changes, 400)
    assert field in [error["field"] for error in refused["errors"]]
    assert room.events() == []


async def test_nothing_ends_without_what_was_done_with_the_input(api: httpx.AsyncClient) -> None:
    one = await considered(api)
    assert (await posted(api, f"{one}/activities", ACTIVITY, 409))["allowed"] == ["starts", "cancellations"]
    await posted(api, f"{one}/starts", START)
    assert (await posted(api, f"{one}/conclusions", {"points": POINTS}, 409))["code"] == "nothing-held"
    await posted(api, f"{one}/activities", ACTIVITY | {"groups": ["martians"]}, 400)
    await posted(api, f"{one}/activities", ACTIVITY | {"happenedOn": "2021-01-01"}, 400)
    await posted(api, f"{one}/participants", PERSON | {"consent": False}, 400)
    await posted(api, f"{one}/activities", ACTIVITY)
    assert (await posted(api, f"{one}/conclusions", {}, 400))["errors"][0]["field"] == "points"
    stopped = await posted(api, f"{one}/cancellations", {"publicReason": "Het geld is op."})
    assert stopped["state"] == "cancelled"
    assert (await posted(api, f"{one}/conclusions", {"points": POINTS}, 409))["allowed"] == []


async def test_who_took_part_can_be_erased(api: httpx.AsyncClient) -> None:
    one = await considered(api)
    await posted(api, f"{one}/starts", START)
    await posted(api, f"{one}/participants", PERSON)
    who = {"email": PERSON["email"]}
    found = (await api.post("/v1/persons/searches", json=who)).json()
    assert [each["about"] for each in found["contacts"]] == [one.rsplit("/", 1)[1]]
    await posted(api, "/v1/erasures", {"person": who})
    assert (await api.get(one)).json()["participants"] == 0
    assert (await api.post("/v1/persons/searches", json=who)).status_code == 404


async def test_the_network_of_a_kern(api: httpx.AsyncClient, room: Room) -> None:
    network = {"kern": "noordoever", "organisations": ["o-1"], "teams": ["village-team"], "roles": []}
    await posted(api, "/v1/networks", network)
    found = await posted(api, "/v1/networks", network | {"roles": ["active-resident"]})
    assert [(each["kern"], each["roles"]) for each in found["items"]] == [("noordoever", ["active-resident"])]
    subjects = {event.split(b'"subject":"')[1].split(b'"')[0] for event in room.events()}
    assert len(subjects) == 1
    await posted(api, "/v1/networks", network | {"teams": ["geen"]}, 400)
    room.transactions.municipality = room.municipality.model_copy(
        update={"network": room.municipality.network.model_copy(update={"enabled": False})}
    )
    assert (await posted(api, "/v1/networks", network, 409))["code"] == "networks-are-off"


async def test_a_commitment_is_met_once(api: httpx.AsyncClient, room: Room) -> None:
    before = (await api.get("/v1/milestones")).json()["items"]
    assert [each["reachedDate"] for each in before] == [None, None]
    after = await posted(api, "/v1/milestones/plan/reached", {"happenedOn": "2021-06-01"})
    assert [each["reachedDate"] for each in after["items"]] == ["2021-06-01", None]
    assert (await posted(api, "/v1/milestones/plan/reached", {}, 409))["code"] == "already-reached"
    await posted(api, "/v1/milestones/geen/reached", {}, 404)
    assert len(room.events()) == 1
