# SPDX-License-Identifier: EUPL-1.2
"""Many at once: a code counts once, no answer falls between closing and counting, no result is told twice."""

import asyncio

import httpx

from tests.services.surveys.conftest import Desk
from tests.services.surveys.imports.test_imports import PEILING, take
from tests.services.surveys.pages.test_survey_page import FILLED, opened, sent


def rows(desk: Desk, table: str) -> int:
    with desk.database.reader.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0)


async def test_one_code_used_twenty_times_at_once_is_one_answer(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan(access="codes")
    code = (await api.post(f"/v1/surveys/{survey_id}/codes", json={"count": 1})).json()["codes"][0]
    forms = [(await opened(api, survey_id)).fields | FILLED | {"code": code} for _ in range(20)]
    answers = await asyncio.gather(*(sent(api, survey_id, form) for form in forms))
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 19
    assert rows(desk, "reply") == 1


async def test_one_form_sent_twenty_times_at_once_is_one_answer(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan(access="open")
    form = (await opened(api, survey_id)).fields | FILLED
    answers = await asyncio.gather(*(sent(api, survey_id, form) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {303}
    assert rows(desk, "reply") == 1


async def test_one_story_sent_twenty_times_at_once_is_one_story(api: httpx.AsyncClient, desk: Desk) -> None:
    form = {"token": "a" * 20, "kern": "zuidoever", "text": "Een bank.", "consent": "ja"}
    answers = await asyncio.gather(*(api.post("/verhalen", data=form) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {303}
    assert rows(desk, "story") == 1


async def test_every_answer_that_was_taken_is_counted(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan(kernen=["zuidoever"])
    for mark in range(5, 10):
        await desk.answer(survey_id, "zuidoever", mark, "agree" if mark > 6 else "disagree")
    codes = await desk.invite(survey_id, 30)
    forms = [(await opened(api, survey_id)).fields | FILLED | {"code": code} for code in codes]
    closing = api.post(f"/v1/surveys/{survey_id}/closings", json={})
    first = [sent(api, survey_id, form) for form in forms[:15]]
    later = [sent(api, survey_id, form) for form in forms[15:]]
    answers = await asyncio.gather(*first, closing, *later)
    taken = sum(answer.status_code == 303 for answer in answers)
    assert taken + sum(answer.status_code == 409 for answer in answers) == 30
    found = (await api.get(f"/v1/surveys/{survey_id}/results")).json()["items"]
    assert {result["n"] for result in found} == {5 + taken} == {rows(desk, "reply")}


async def test_closing_at_once_tells_each_result_once(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan()
    answers = await asyncio.gather(
        *(api.post(f"/v1/surveys/{survey_id}/closings", json={}) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 4
    assert len(desk.told("survey.completed")) == rows(desk, "result") == 8


async def test_the_same_import_at_once_is_recorded_once(api: httpx.AsyncClient, desk: Desk) -> None:
    answers = await asyncio.gather(*(take(api, PEILING) for _ in range(8)))
    assert sorted(answer.json()["completed"] for answer in answers) == [0] * 7 + [3]
    assert {answer.status_code for answer in answers} == {200}
    assert (rows(desk, "result"), rows(desk, "benchmark"), len(desk.told())) == (3, 1, 4)
