# SPDX-License-Identifier: EUPL-1.2
"""Two at once: one wins and the other is told; nothing falls between two transactions."""

import asyncio

import httpx

from tests.services.initiatives.conftest import APPOINTMENT, ASSESSMENT, MONEY_ASKED, SUBMISSION, Room

AT_ONCE = 6


async def test_of_officials_who_assess_at_once_one_wins(api: httpx.AsyncClient, room: Room) -> None:
    one = (await api.post("/v1/initiatives", json=SUBMISSION)).headers["Location"]
    bodies = [ASSESSMENT if place % 2 else MONEY_ASKED for place in range(AT_ONCE)]
    answers = await asyncio.gather(*(api.post(f"{one}/assessments", json=body) for body in bodies))

    assert sorted(answer.status_code for answer in answers) == [201] + (AT_ONCE - 1) * [409]
    assert all(
        "withdrawals" in answer.json()["allowed"] and "assessments" not in answer.json()["allowed"]
        for answer in answers
        if answer.status_code == 409
    )
    history = (await api.get(one)).json()["history"]
    assert [entry["what"] for entry in history] == ["initiative.submitted", "initiative.assessed"]
    assert len([raw for raw in room.events() if b".initiative.assessed." in raw]) == 1


async def test_assessing_and_withdrawing_at_once_leave_one_story(api: httpx.AsyncClient, room: Room) -> None:
    for _ in range(AT_ONCE):
        one = (await api.post("/v1/initiatives", json=SUBMISSION)).headers["Location"]
        assessed, withdrawn = await asyncio.gather(
            api.post(f"{one}/assessments", json=ASSESSMENT), api.post(f"{one}/withdrawals", json={})
        )
        history = [entry["what"] for entry in (await api.get(one)).json()["history"]]
        assert withdrawn.status_code == 201
        assert ("initiative.assessed" in history) == (assessed.status_code == 201)
        assert history[-1] == "initiative.withdrawn"


async def test_nothing_waits_while_an_officer_is_appointed(api: httpx.AsyncClient) -> None:
    """Neither transaction sees what the other writes: without the kern's row, some would wait for ever."""
    for _ in range(AT_ONCE):
        submitted, _, appointed = await asyncio.gather(
            api.post("/v1/initiatives", json=SUBMISSION | {"kernen": ["zuidoever"]}),
            api.post("/v1/initiatives", json=SUBMISSION | {"kernen": ["noordoever"]}),
            api.post("/v1/kernambtenaren", json=APPOINTMENT | {"kernen": ["noordoever", "zuidoever"]}),
        )
        assert (submitted.status_code, appointed.status_code) == (201, 201)
        await api.post(
            appointed.headers["Location"] + "/endings", json={"validUntil": APPOINTMENT["validFrom"]}
        )
    waiting = (await api.get("/v1/initiatives", params={"state": "submitted"})).json()
    assert waiting["items"] == []
