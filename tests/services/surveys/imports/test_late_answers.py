# SPDX-License-Identifier: EUPL-1.2
"""A correction beside what it corrects shows nobody's answer: few late answers wait until they are many."""

from datetime import UTC, datetime

import httpx

from shared.municipality import Municipality
from tests.conftest import HERE
from tests.services.surveys.conftest import Desk, app_of
from tests.services.surveys.imports.test_imports import NAMES, results, take

UNCHANGED = {"completed": 0, "corrected": 0, "kept": 1, "benchmarks": 0}


def kern(n: int, mark: float, name: str = "zuidoever") -> str:
    return f"{name},2021,interim,say-in-plans,{mark},,{n},Tussenmeting"


async def test_one_late_answer_is_not_told_by_what_was_published(desk: Desk, buren: Municipality) -> None:
    later = Desk(desk.database, buren, now=datetime(2025, 1, 8, 10, tzinfo=UTC))
    async with app_of(later) as api:
        first = await take(api, (HERE / "cases" / "late-answer-1.csv").read_bytes())
        assert first.json()["completed"] == 1
        second = await take(api, (HERE / "cases" / "late-answer-2.csv").read_bytes())
        assert second.json() == UNCHANGED
        (result,) = await results(api)
    assert (result["n"], result["value"], result["distribution"]) == (30, 6.6, [])  # 4 fives are few
    (event,) = desk.told()
    assert (event["data"]["n"], event["data"]["distribution"]) == (30, [])


async def test_late_answers_are_published_when_they_are_many(api: httpx.AsyncClient, desk: Desk) -> None:
    """Five are as many as a result needs here."""
    await take(api, [NAMES, kern(30, 6.6)])
    assert (await take(api, [NAMES, kern(34, 6.5)])).json() == UNCHANGED
    assert (await take(api, [NAMES, kern(35, 6.5)])).json()["corrected"] == 1
    (result,) = await results(api)
    assert (result["n"], result["value"], result["spread"], result["distribution"]) == (35, 6.5, None, [])


async def test_what_was_published_long_ago_counts_too(api: httpx.AsyncClient) -> None:
    for n in (30, 36):
        await take(api, [NAMES, kern(n, 6.5)])
    assert (await take(api, [NAMES, kern(31, 6.5)])).json() == UNCHANGED
    assert (await take(api, [NAMES, kern(30, 6.5)])).json()["corrected"] == 1


async def test_the_municipality_does_not_tell_what_a_kern_keeps(api: httpx.AsyncClient, desk: Desk) -> None:
    rows = [kern(30, 6.6), kern(40, 6.2, "noordoever")]
    await take(api, [NAMES, *rows])
    later = [kern(31, 6.4), kern(40, 6.2, "noordoever"), kern(71, 6.3, "municipality")]
    answer = await take(api, [NAMES, *later])
    assert answer.json() == UNCHANGED | {"completed": 1}
    assert (await results(api, "kern=gemeente"))[0]["standing"] == "suppressed"
    at_last = [kern(40, 6.4), kern(40, 6.2, "noordoever"), kern(80, 6.3, "municipality")]
    assert (await take(api, [NAMES, *at_last])).json() == UNCHANGED | {"kept": 0, "corrected": 2}
    assert (await results(api, "kern=gemeente"))[0]["n"] == 80


async def test_kernen_that_come_later_do_not_tell_who_is_in_none(api: httpx.AsyncClient, desk: Desk) -> None:
    await take(api, [NAMES, kern(70, 6.3, "municipality")])
    rows = [kern(30, 6.6), kern(41, 6.1, "noordoever")]  # one more than the municipality had
    assert (await take(api, [NAMES, *rows])).json()["completed"] == 2
    assert {each["standing"] for each in await results(api) if each["kern"]} == {"suppressed"}
    assert len(desk.told()) == 3


async def test_a_figure_that_is_wrong_can_be_taken_back(api: httpx.AsyncClient) -> None:
    await take(api, [NAMES, kern(30, 5.6)])
    assert (await take(api, [NAMES, kern(30, 6.5)])).json()["kept"] == 1
    assert (await take(api, [NAMES, kern(30, 6.5).replace("6.5", "x")])).json()["corrected"] == 1
    assert (await results(api))[0]["standing"] == "suppressed"
