# SPDX-License-Identifier: EUPL-1.2
"""A kern with too few answers shows no number, in no event and no answer, and no difference tells it."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shared.municipality import Municipality
from tests.conftest import HERE
from tests.services.surveys.conftest import Desk, app_of

NAMES = "area,year,instrument,indicator,mark,percentage,n,source"
# The example's interim study (domain.md): how many answered where there were fewer than thirty.
FEW = {"aalst": 7, "zoelmond": 9, "asch": 14, "erichem": 18, "ravenswaaij": 22}
NUMBERS = ("invited", "n", "value", "spread")


def interim(buren: Municipality, indicator: str = "cooperation") -> list[str]:
    """Fifteen kernen and the municipality."""
    answered = {kern: FEW.get(kern, 30 + place) for place, kern in enumerate(sorted(buren.kern_slugs))}
    rows = [
        f"{kern},2021,interim,{indicator},{5 + place / 10:.1f},,{n},Tussenmeting 2021"
        for place, (kern, n) in enumerate(answered.items())
    ]
    whole = f"municipality,2021,interim,{indicator},6.1,,{sum(answered.values())},Tussenmeting 2021"
    return [NAMES, *rows, whole]


async def take(api: httpx.AsyncClient, lines: list[str]) -> dict[str, Any]:
    body = "\n".join(lines).encode()
    answer = await api.post("/v1/imports", content=body, headers={"Content-Type": "text/csv"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def shown(api: httpx.AsyncClient, query: str = "") -> dict[str | None, dict[str, Any]]:
    found = (await api.get(f"/v1/results?limit=200&{query}")).json()["items"]
    return {result["kern"]: result for result in found}


def assert_silent(told: dict[str, Any]) -> None:
    assert told["standing"] == "suppressed"
    assert [told[name] for name in NUMBERS] == [None] * 4
    assert told["distribution"] == []


async def test_the_interim_study_of_the_example(desk: Desk, buren: Municipality) -> None:
    async with app_of(Desk(desk.database, buren)) as api:
        await take(api, interim(buren))
        found = await shown(api)
    hidden = {kern for kern, result in found.items() if result["standing"] == "suppressed"}
    assert hidden == {"aalst", "zoelmond"}  # sixteen together, seven and nine: none tells the other
    indicative = {kern for kern, result in found.items() if result["standing"] == "indicative"}
    assert indicative == {"asch", "erichem", "ravenswaaij"}
    for event in desk.told():
        if event["data"]["kernen"] and event["data"]["kernen"][0] in hidden:
            assert_silent(event["data"])
    for kern in hidden:
        assert_silent(found[kern])
    assert found[None]["n"] - sum(r["n"] for k, r in found.items() if k and r["n"]) == 16


async def test_the_file_of_the_example_as_it_is_played(desk: Desk, buren: Municipality) -> None:
    file = HERE.parent / "deploy" / "municipalities" / "buren-example-surveys.csv"
    after = Desk(desk.database, buren, now=datetime(2024, 1, 8, 10, tzinfo=UTC))
    async with app_of(after) as api:
        await take(api, file.read_text().splitlines())
        found = (await api.get("/v1/results?limit=200")).json()["items"]
    small = {(result["kern"], result["year"]) for result in found if result["standing"] == "suppressed"}
    assert small == {("aalst", 2021), ("zoelmond", 2021)}
    whole = {
        result["year"]: result["value"] for result in found if result["unit"] == "mark" and not result["kern"]
    }
    assert whole == {2019: 6.0, 2021: 6.3, 2023: 6.7}


async def test_one_small_kern_takes_another_along(desk: Desk, buren: Municipality) -> None:
    lines = [line.replace(",9,Tussen", ",30,Tussen") for line in interim(buren)]
    async with app_of(Desk(desk.database, buren)) as api:
        await take(api, lines)
        found = await shown(api)
    assert {kern for kern, result in found.items() if result["standing"] == "suppressed"} == {"aalst", "asch"}


async def test_a_survey_with_too_few_answers_in_one_kern(api: httpx.AsyncClient, desk: Desk) -> None:
    """With suppression below five here, four are too few, and eleven are the next smallest."""
    survey_id = await desk.plan(invited={"noordoever": 14, "zuidoever": 13, "de-plaat": 17})
    for kern, n in {"noordoever": 4, "zuidoever": 11, "de-plaat": 13}.items():
        for mark in range(n):
            await desk.answer(survey_id, kern, 5 + mark % 4, "agree" if mark % 2 else "disagree")
    await api.post(f"/v1/surveys/{survey_id}/closings", json={})
    events = {tuple(event["data"]["kernen"]): event for event in desk.told("survey.completed")}
    for kern in ("noordoever", "zuidoever"):
        assert_silent(events[kern,]["data"])
    assert (events["de-plaat",]["data"]["n"], events[()]["data"]["n"]) == (13, 28)
    assert events[()]["data"]["distribution"] == []
    found = await shown(api, "indicator=say-in-plans")
    for kern in ("noordoever", "zuidoever"):
        assert_silent(found[kern])


async def test_a_later_result_of_the_municipality_cannot_be_subtracted_from(
    desk: Desk, buren: Municipality
) -> None:
    lines = [line.replace(",9,Tussen", ",30,Tussen") for line in interim(buren)]
    async with app_of(Desk(desk.database, buren)) as api:
        await take(api, lines[:-1])
        assert {k for k, r in (await shown(api)).items() if r["standing"] == "suppressed"} == {"aalst"}
        await take(api, [NAMES, lines[-1]])
        found = await shown(api)
    assert_silent(found[None])


async def test_a_kern_left_out_of_the_file_is_protected_too(desk: Desk, buren: Municipality) -> None:
    lines = [line for line in interim(buren) if not line.startswith(("aalst", "zoelmond"))]
    together = sum(int(line.split(",")[6]) for line in lines[1:-1])
    lines[-1] = re.sub(r",\d+,Tussen", f",{together + 7},Tussen", lines[-1])
    async with app_of(Desk(desk.database, buren)) as api:
        await take(api, lines)
        found = await shown(api)
    assert {kern for kern, result in found.items() if result["standing"] == "suppressed"} == {"asch"}


async def test_what_was_suppressed_stays_so_and_is_corrected_in_silence(
    desk: Desk, buren: Municipality
) -> None:
    async with app_of(Desk(desk.database, buren)) as api:
        await take(api, interim(buren))
        changed = [line.replace(",7,Tussen", ",12,Tussen") for line in interim(buren)]
        assert await take(api, changed) == {"completed": 0, "corrected": 0, "kept": 0, "benchmarks": 0}
        assert_silent((await shown(api))["aalst"])


async def test_a_correction_can_suppress_what_was_shown(desk: Desk, buren: Municipality) -> None:
    async with app_of(Desk(desk.database, buren)) as api:
        await take(api, interim(buren))
        changed = [line.replace(",14,Tussen", ",8,Tussen") for line in interim(buren)]
        assert (await take(api, changed))["corrected"] == 1
        found = await shown(api)
    assert_silent(found["asch"])
    (corrected,) = desk.told("survey.corrected")
    assert_silent(corrected["data"])
    assert (corrected["data"]["kernen"], corrected["subjectsequence"]) == (["asch"], "2")


@pytest.mark.parametrize(
    ("n", "standing"), [(9, "suppressed"), (10, "indicative"), (29, "indicative"), (30, "published")]
)
async def test_the_thresholds_to_the_one(desk: Desk, buren: Municipality, n: int, standing: str) -> None:
    rows = [NAMES, f"maurik,2021,interim,cooperation,6.5,,{n},Tussenmeting 2021"]
    async with app_of(Desk(desk.database, buren)) as api:
        await take(api, rows)
        found = await shown(api)
    assert found["maurik"]["standing"] == standing
