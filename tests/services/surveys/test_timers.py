# SPDX-License-Identifier: EUPL-1.2
"""A survey opens on its first day and closes after its last, also when nobody looks; then answers go."""

from collections.abc import Sequence
from datetime import UTC, datetime

import httpx
from sqlalchemy import func, select

from services.surveys import timers
from services.surveys.tables import answers, open_answers, replies
from shared.messaging.timers import Timer
from shared.messaging.transaction import Cause
from tests.services.surveys.conftest import Desk


async def come(desk: Desk, month: int, day: int, run: Sequence[Timer] = timers.TIMERS) -> None:
    """A morning of 2021 has come, and the timers run."""
    desk.now = datetime(2021, month, day, 5, tzinfo=UTC)
    for timer in run:
        await desk.transactions.run(lambda tx, timer=timer: tx.record(timer(tx)), Cause("timer"))  # type: ignore[misc]


async def answer_all(desk: Desk, survey_id: str) -> None:
    """23 answers, of which those of one kern may be shown."""
    for kern, number in {"noordoever": 12, "zuidoever": 6, "de-plaat": 5}.items():
        for place in range(number):
            await desk.answer(survey_id, kern, 6 + 2 * (place % 2), "neutral" if place % 2 else "agree")


def kept(desk: Desk) -> list[int]:
    """How many forms, answers and written answers there are."""
    with desk.database.reader.connect() as connection:
        tables = (replies, answers, open_answers)
        return [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables]


async def test_it_opens_on_its_first_day_and_not_before(desk: Desk) -> None:
    await desk.plan(openDate="2021-10-01")
    await come(desk, 9, 30)
    assert desk.told() == []
    await come(desk, 10, 3)
    await come(desk, 10, 3)
    (opened,) = desk.told()
    assert (opened["data"]["happenedOn"], opened["data"]["actor"]) == ("2021-10-01", "system")


async def test_it_closes_after_its_last_day_with_its_results(desk: Desk) -> None:
    survey_id = await desk.plan()
    await answer_all(desk, survey_id)
    await come(desk, 10, 31)
    assert desk.told("survey.closed") == desk.told("survey.completed") == []
    await come(desk, 11, 2)
    await come(desk, 11, 2)
    (closed,) = desk.told("survey.closed")
    assert (closed["subject"], closed["subjectsequence"]) == (survey_id, "2")
    assert (closed["data"]["happenedOn"], closed["data"]["actor"]) == ("2021-10-31", "system")
    said = {(*e["data"]["kernen"], e["data"]["indicator"]): e["data"] for e in desk.told("survey.completed")}
    assert len(said) == 8
    assert (said["noordoever", "say-in-plans"]["n"], said["noordoever", "say-in-plans"]["value"]) == (12, 7.0)


async def test_one_that_nobody_could_answer_in_time_opens_and_closes(desk: Desk) -> None:
    """The machine was off all the while."""
    await desk.plan(openDate="2021-10-01", closeDate="2021-10-02")
    await come(desk, 12, 1)
    assert [e["data"]["happenedOn"] for e in desk.told("survey.opened")] == ["2021-10-01"]
    assert [e["data"]["happenedOn"] for e in desk.told("survey.closed")] == ["2021-10-02"]
    assert {e["data"]["standing"] for e in desk.told("survey.completed")} == {"suppressed"}


async def test_a_clock_that_steps_back_neither_closes_it_again_nor_opens_it(desk: Desk) -> None:
    survey_id = await desk.plan(openDate="2021-10-01", closeDate="2021-10-31")
    for month, day in ((9, 30), (10, 1), (9, 30), (10, 1)):
        await come(desk, month, day)
    assert len(desk.told("survey.opened")) == 1
    await answer_all(desk, survey_id)
    for month, day in ((11, 1), (10, 31), (10, 1), (11, 1)):
        await come(desk, month, day)
    assert len(desk.told("survey.opened")) == len(desk.told("survey.closed")) == 1
    assert len(desk.told("survey.completed")) == 8
    sequences = [int(event["subjectsequence"]) for event in desk.told() if event["subject"] == survey_id]
    assert sequences == list(range(1, len(sequences) + 1))


async def test_answers_are_forgotten_twelve_weeks_after_it_closed(desk: Desk, api: httpx.AsyncClient) -> None:
    survey_id = await desk.plan()
    await answer_all(desk, survey_id)
    other = await desk.plan(closeDate="2022-06-30")
    await desk.answer(other, "zuidoever", 5, "disagree")
    await come(desk, 11, 1)
    desk.now = datetime(2022, 1, 23, 5, tzinfo=UTC)  # twelve weeks after 31 October
    await desk.transactions.run(lambda tx: tx.record(timers.forget_answers(tx)), Cause("timer"))
    assert kept(desk) == [24, 48, 24]
    desk.now = datetime(2022, 1, 24, 5, tzinfo=UTC)
    await desk.transactions.run(lambda tx: tx.record(timers.forget_answers(tx)), Cause("timer"))
    assert kept(desk) == [1, 2, 1], "only those of the survey that is still open"
    results = (await api.get(f"/v1/surveys/{survey_id}/results")).json()["items"]
    assert ("noordoever", 12) in {(r["kern"], r["n"]) for r in results}
