# SPDX-License-Identifier: EUPL-1.2
"""A survey from plan to results: opened, answered, counted once."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shared.contracts.refusals import Refused
from tests.services.surveys.conftest import SURVEY, Desk

ONE = [{"id": "a", "text": "a"}]


async def post(api: httpx.AsyncClient, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
    return await api.post(f"/v1/{path}", json=body or {})


async def results_of(api: httpx.AsyncClient, survey_id: str) -> dict[tuple[str | None, str], dict[str, Any]]:
    found = (await api.get(f"/v1/surveys/{survey_id}/results?limit=200")).json()["items"]
    return {(result["kern"], result["indicator"]): result for result in found}


async def test_a_survey_whose_day_has_come_is_open_at_once(api: httpx.AsyncClient, desk: Desk) -> None:
    answer = await post(api, "surveys", SURVEY)
    assert answer.status_code == 201
    survey = answer.json()
    assert (survey["state"], survey["kernen"]) == ("open", ["noordoever", "zuidoever", "de-plaat"])
    assert (await api.get(answer.headers["Location"])).json() == survey
    assert (await api.get("/v1/surveys?state=open")).json()["items"] == [survey]
    (event,) = desk.told()
    assert (event["type"], event["subject"], event["subjectsequence"]) == (
        "nl.kernpuls.survey.opened.v1",
        survey["id"],
        "1",
    )
    assert event["data"]["kernen"] == survey["kernen"]
    assert (event["data"]["opensOn"], event["data"]["closesOn"]) == ("2021-09-01", "2021-10-31")


async def test_a_planned_survey_opens_on_its_day_and_not_before(api: httpx.AsyncClient, desk: Desk) -> None:
    planned = (await post(api, "surveys", SURVEY | {"openDate": "2021-10-01"})).json()
    assert (planned["state"], planned["allowed"], desk.told()) == ("planned", ["openings", "codes"], [])
    early = await post(api, f"surveys/{planned['id']}/openings")
    assert (early.status_code, early.json()["code"]) == (409, "survey-not-yet")
    desk.now = datetime(2021, 10, 1, 10, tzinfo=UTC)
    opened = await post(api, f"surveys/{planned['id']}/openings")
    assert (opened.status_code, opened.json()["state"]) == (201, "open")
    again = await post(api, f"surveys/{planned['id']}/openings")
    assert (again.status_code, again.json()["code"], again.json()["allowed"]) == (
        409, "survey-open", ["closings", "codes"],
    )  # fmt: skip
    assert [event["type"] for event in desk.told()] == ["nl.kernpuls.survey.opened.v1"]


async def test_the_first_answer_opens_a_survey_that_nobody_opened(desk: Desk) -> None:
    survey_id = await desk.plan(openDate="2021-10-01")
    with pytest.raises(Refused, match="opens on 2021-10-01"):
        await desk.answer(survey_id, "noordoever", 7, "agree")
    desk.now = datetime(2021, 10, 2, 10, tzinfo=UTC)
    await desk.answer(survey_id, "noordoever", 7, "agree")
    await desk.answer(survey_id, "noordoever", 8, "agree")
    (opened,) = desk.told()
    assert (opened["data"]["happenedOn"], opened["data"]["actor"]) == ("2021-10-02", "system")


async def test_answers_are_counted_when_it_closes(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan(invited={"noordoever": 40, "zuidoever": 30, "de-plaat": 20})
    for kern, marks in {
        "noordoever": [6, 7, 8] * 5,
        "zuidoever": [5, 5, 8] * 2,
        "de-plaat": [9, 9, 8, 6, 6],
    }.items():
        for mark in marks:
            await desk.answer(survey_id, kern, mark, "agree" if mark > 6 else "disagree")
    early = await api.get(f"/v1/surveys/{survey_id}/results")
    assert (early.status_code, early.json()["code"]) == (409, "survey-not-closed")
    closed = await post(api, f"surveys/{survey_id}/closings")
    assert (closed.status_code, closed.json()["state"], closed.json()["allowed"]) == (201, "closed", [])
    found = await results_of(api, survey_id)
    assert len(found) == 8
    north = found["noordoever", "say-in-plans"]
    assert (north["standing"], north["n"], north["value"], north["spread"]) == ("published", 15, 7.0, 0.8)
    assert north["invited"] == 40
    assert {share["answer"]: share["count"] for share in north["distribution"]} == {
        **{str(mark): 0 for mark in range(1, 11)}, "6": 5, "7": 5, "8": 5,
    }  # fmt: skip
    south = found["zuidoever", "welcome-at-town-hall"]
    assert (south["standing"], south["n"], south["value"], south["spread"]) == ("indicative", 6, 33.3, None)
    whole = found[None, "say-in-plans"]
    assert (whole["n"], whole["value"], whole["invited"]) == (26, 6.9, 90)
    assert found[None, "welcome-at-town-hall"]["value"] == 57.7


async def test_every_result_is_a_subject_of_its_own(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan()
    for kern in desk.municipality.kern_slugs:
        for mark in (5, 6, 7, 8, 9):
            await desk.answer(survey_id, kern, mark, "agree" if mark > 6 else "neutral")
    await post(api, f"surveys/{survey_id}/closings", {"happenedOn": "2021-09-15"})
    events = desk.told("survey.completed")
    assert len({event["subject"] for event in events}) == len(events) == 8
    assert {event["subjectsequence"] for event in events} == {"1"}
    for event in events:
        data = event["data"]
        assert event["kern"] == (data["kernen"][0] if data["kernen"] else "gemeente")
        assert (data["surveyId"], data["year"], data["source"]) == (survey_id, 2021, SURVEY["title"])
        assert (data["instrument"], data["comparableWith"]) == ("interim", ["baseline"])
        shown = (await api.get(f"/v1/results/{event['subject']}")).json()
        assert {**data, "kernen": None} == {
            **{name: value for name, value in shown.items() if name not in ("id", "kern")},
            "actor": "official",
            "kernen": None,
        }


async def test_a_survey_in_some_kernen_says_nothing_of_the_municipality(
    api: httpx.AsyncClient, desk: Desk
) -> None:
    survey_id = await desk.plan(kernen=["zuidoever"])
    for _ in range(12):
        await desk.answer(survey_id, "zuidoever", 7, "agree")
    await post(api, f"surveys/{survey_id}/closings")
    assert {kern for kern, _ in await results_of(api, survey_id)} == {"zuidoever"}


async def test_open_answers_stay_here_and_lead_to_no_kern(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan()
    await desk.answer(survey_id, "noordoever", 7, "agree")
    path = f"/v1/surveys/{survey_id}/open-answers"
    assert (await api.get(path)).status_code == 409
    await post(api, f"surveys/{survey_id}/closings")
    (written,) = (await api.get(path)).json()["items"]
    assert set(written) == {"id", "question", "text"}
    assert written["text"] == "zomaar noordoever"
    assert "zomaar" not in str(desk.told())


async def test_after_closing_or_the_last_day_nothing_more_is_taken(
    api: httpx.AsyncClient, desk: Desk
) -> None:
    survey_id = await desk.plan()
    desk.now = datetime(2021, 10, 31, 22, 30, tzinfo=UTC)  # still the last day in the municipality
    await desk.answer(survey_id, "noordoever", 7, "agree")
    desk.now = datetime(2021, 10, 31, 23, 30, tzinfo=UTC)
    with pytest.raises(Refused, match="no more answers"):
        await desk.answer(survey_id, "noordoever", 7, "agree")
    assert (await post(api, f"surveys/{survey_id}/closings")).status_code == 201
    twice = await post(api, f"surveys/{survey_id}/closings")
    assert (twice.status_code, twice.json()["code"]) == (409, "survey-closed")
    assert len(desk.told("survey.completed")) == 8


async def test_codes_are_for_one_answer_and_kept_as_a_hash(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan(access="codes")
    issued = await api.post(
        f"/v1/surveys/{survey_id}/codes", json={"count": 3}, headers={"Idempotency-Key": "once"}
    )
    codes = issued.json()["codes"]
    assert (issued.status_code, len(set(codes))) == (201, 3)
    for unknown in (None, "AAAA-BBBB-CCCC"):
        with pytest.raises(Refused, match="does not belong") as unknown_code:
            await desk.answer(survey_id, "noordoever", 7, "agree", unknown)
        assert unknown_code.value.code == "code-unknown"
    typed = codes[0].lower().replace("-", " ")
    await desk.answer(survey_id, "noordoever", 7, "agree", typed)
    with pytest.raises(Refused, match="each code allows one"):
        await desk.answer(survey_id, "noordoever", 7, "agree", codes[0])
    await desk.answer(survey_id, "noordoever", 7, "agree", codes[1])
    with desk.database.reader.connect() as connection:
        dialect = connection.dialect.name
        names = {"sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
                 "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'surveys'"}  # fmt: skip
        stored = "".join(
            str(connection.exec_driver_sql(f'SELECT * FROM "{name}"').all())
            for (name,) in connection.exec_driver_sql(names[dialect]).all()
        )
    for code in codes:
        assert code not in stored
        assert code.replace("-", "") not in stored


async def test_codes_need_a_survey_that_asks_for_them(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan(access="open")
    answer = await post(api, f"surveys/{survey_id}/codes", {"count": 3})
    assert (answer.status_code, answer.json()["code"]) == (409, "survey-is-open-to-all")


async def test_an_example_stays_an_example(api: httpx.AsyncClient, desk: Desk) -> None:
    survey_id = await desk.plan(origin="example")
    await post(api, f"surveys/{survey_id}/closings")
    assert {event["data"]["origin"] for event in desk.told()} == {"example"}
    real = await desk.plan()
    answer = await post(api, f"surveys/{real}/closings", {"origin": "example"})
    assert (answer.status_code, answer.json()["code"]) == (409, "survey-is-real")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kernen": ["atlantis"]}, "kernen.0"),
        ({"kernen": ["zuidoever", "zuidoever"]}, "kernen.1"),
        ({"kernen": []}, "kernen"),
        ({"invited": {"atlantis": 3}}, "invited.atlantis"),
        ({"invited": {"zuidoever": -1}}, "invited.zuidoever"),
        ({"invited": {"zuidoever": 1.5}}, "invited.zuidoever"),
        ({"closeDate": "2021-08-01"}, "closeDate"),
        ({"openDate": "2021-13-01"}, "openDate"),
        ({"questions": []}, "questions"),
        ({"questions": [SURVEY["questions"][0] | {"indicator": "unheard-of"}]}, "questions.0.indicator"),
        ({"questions": [SURVEY["questions"][0] | {"indicator": None}]}, "questions.0.indicator"),
        ({"questions": [SURVEY["questions"][0] | {"kind": "agree"}]}, "questions.0.indicator"),
        ({"questions": [SURVEY["questions"][2] | {"indicator": "say-in-plans"}]}, "questions.0.indicator"),
        ({"questions": [SURVEY["questions"][0]] * 2}, "questions.1.id"),
        ({"questions": [SURVEY["questions"][0] | {"options": ONE}]}, "questions.0.options"),
        ({"questions": [SURVEY["questions"][1] | {"kind": "choice"}]}, "questions.0.options"),
        ({"title": "een\u0000twee"}, "body"),
        ({"surprise": 1}, "surprise"),
        ({"happenedOn": "2031-01-01"}, "happenedOn"),
    ],
)  # fmt: skip
async def test_what_cannot_be_a_survey_is_refused_whole(
    api: httpx.AsyncClient, desk: Desk, changed: dict[str, Any], field: str
) -> None:
    answer = await post(api, "surveys", SURVEY | changed)
    assert answer.status_code == 400, answer.text
    assert field in [error["field"] for error in answer.json()["errors"]], answer.text
    assert (await api.get("/v1/surveys")).json()["items"] == []
    assert desk.told() == []


async def test_what_is_not_there_is_404(api: httpx.AsyncClient) -> None:
    for path in ("surveys/none", "surveys/none/results", "surveys/none/open-answers", "results/none"):
        assert (await api.get(f"/v1/{path}")).status_code == 404
    for path in ("surveys/none/openings", "surveys/none/closings"):
        assert (await post(api, path)).status_code == 404
    assert (await post(api, "surveys/none/codes", {"count": 1})).status_code == 404
