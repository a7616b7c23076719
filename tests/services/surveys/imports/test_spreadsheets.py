# SPDX-License-Identifier: EUPL-1.2
"""Rounds as people bring them: what a Dutch Excel saves, what the CBS writes, what a bureau publishes."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shared.municipality import Municipality
from tests.conftest import HERE
from tests.services.surveys.conftest import Desk, app_of
from tests.services.surveys.imports.test_imports import NAMES, ROW, results, take

CASES = HERE / "cases"


async def of_buren(desk: Desk, buren: Municipality, name: str) -> tuple[httpx.Response, list[dict[str, Any]]]:
    """The answer to a file of the cases, and the results that came of it."""
    later = Desk(desk.database, buren, now=datetime(2025, 1, 8, 10, tzinfo=UTC))
    async with app_of(later) as api:
        answer = await take(api, (CASES / name).read_bytes())
        return answer, await results(api)


@pytest.mark.parametrize(
    ("name", "value", "n", "source"),
    [
        ("excel-nl-puntkomma.csv", 6.7, 1412, "Eigen peiling"),
        ("excel-nl-windows1252.csv", 6.7, 1412, "Peiling België"),
        ("excel-unicode-tekst.csv", 6.5, 412, "Eigen peiling"),
        ("excel-lege-regels.csv", 6.5, 412, "Eigen peiling"),
    ],
)
async def test_what_a_dutch_excel_saves_is_taken(
    desk: Desk, buren: Municipality, name: str, value: float, n: int, source: str
) -> None:
    answer, (result,) = await of_buren(desk, buren, name)
    assert answer.status_code == 200, answer.text
    assert (result["kern"], result["value"], result["n"], result["source"]) == (None, value, n, source)


async def test_a_byte_order_mark_in_json_is_no_letter(desk: Desk, buren: Municipality) -> None:
    later = Desk(desk.database, buren, now=datetime(2025, 1, 8, 10, tzinfo=UTC))
    async with app_of(later) as api:
        answer = await api.post("/v1/imports", json=json.loads((CASES / "rounds-bom.json").read_bytes()))
        assert (answer.status_code, answer.json()["completed"]) == (200, 1), answer.text


@pytest.mark.parametrize(
    "body",
    [
        "\n".join([NAMES, ROW.replace("64.5", '"64,5"')]).encode(),
        "\n".join([NAMES, ROW]).replace(",", ";").replace("64.5", "64,5").encode(),
        "\n".join([NAMES, ROW]).replace(",", "\t").replace("Nulmeting", "Enquête").encode("utf-16"),
        "\r\n".join([f"{NAMES},date", f"{ROW},31-10-2019", ",,,,,,,,"]).replace(",", ";").encode(),
        b"sep=,\r\n" + "\n".join([NAMES, ROW]).encode(),
        "\n".join([NAMES + ",,", ROW + ",,"]).encode(),
    ],
)
async def test_it_is_taken_however_it_is_saved(api: httpx.AsyncClient, body: bytes) -> None:
    answer = await take(api, body)
    assert answer.status_code == 200, answer.text
    (result,) = await results(api)
    assert (result["value"], result["n"], result["kern"]) == (64.5, 30, "zuidoever")


async def test_a_mark_is_taken_as_it_was_published(api: httpx.AsyncClient) -> None:
    rows = [
        "municipality;2019;burgerpeiling;say-in-plans;6,54;;1.412;Peiling",
        "netherlands;2019;burgerpeiling;say-in-plans;6,61;;unknown;Peiling",
    ]
    answer = await take(api, [NAMES.replace(",", ";"), *rows])
    assert answer.status_code == 200, answer.text
    assert [result["value"] for result in await results(api)] == [6.54]
    assert (await api.get("/v1/benchmarks")).json()["items"][0]["value"] == 6.61


@pytest.mark.parametrize("secret", ["x", "X", "."])
async def test_what_the_source_keeps_secret_is_suppressed(
    api: httpx.AsyncClient, desk: Desk, secret: str
) -> None:
    rows = [
        f"noordoever,2019,baseline,say-in-plans,{secret},,{secret},CBS",
        "zuidoever,2019,baseline,say-in-plans,6.5,,40,CBS",
        f"netherlands,2019,baseline,say-in-plans,{secret},,{secret},CBS",
    ]
    answer = await take(api, [NAMES, *rows])
    assert answer.json() == {"completed": 2, "corrected": 0, "kept": 0, "benchmarks": 0}
    assert [(each["standing"], each["n"], each["value"]) for each in await results(api)] == [
        ("suppressed", None, None),
        ("published", 40, 6.5),
    ]


async def test_a_kern_needs_the_number_of_its_answers(api: httpx.AsyncClient, desk: Desk) -> None:
    """Where nobody knows how few they were, nothing could be suppressed."""
    for unknown in ("unknown", "x"):
        answer = await take(api, [NAMES, f"zuidoever,2019,baseline,say-in-plans,6.5,,{unknown},Bron"])
        assert answer.status_code == 400
        assert "Rij 2: n moet bij een kern het aantal antwoorden zijn" in answer.text
    assert desk.told() == []


async def test_what_ends_no_line_moves_no_row(api: httpx.AsyncClient) -> None:
    wrong = ROW.replace("Nulmeting 2019", "Nul\u2028meting")
    answer = await take(api, [NAMES, wrong, ROW.replace("2019,", "2018,").replace("64.5", "640")])
    assert [error["field"] for error in answer.json()["errors"]] == ["line 2", "line 3"]


async def test_what_is_wrong_in_every_row_is_said_a_hundred_times_at_most(api: httpx.AsyncClient) -> None:
    rows = [ROW.replace("zuidoever", f"kern-{number}") for number in range(1_000)]
    answer = await take(api, [NAMES, *rows])
    assert answer.status_code == 400
    assert len(answer.json()["errors"]) <= 101


async def test_what_is_real_takes_the_place_of_an_example_and_not_the_other_way_round(
    api: httpx.AsyncClient, desk: Desk
) -> None:
    invented = [NAMES, "zuidoever,2019,baseline,say-in-plans,6.5,,30,Verzonnen"]
    real = [NAMES, "zuidoever,2019,baseline,say-in-plans,6.4,,31,Nulmeting"]
    await take(api, invented, origin="example")
    answer = await take(api, real)
    assert answer.json() == {"completed": 1, "corrected": 0, "kept": 0, "benchmarks": 0}
    (result,) = await results(api)
    assert (result["value"], result["n"], result["origin"]) == (6.4, 31, "import")
    first, second = desk.told("survey.completed")
    assert first["subject"] == second["subject"] == result["id"]
    assert (second["subjectsequence"], second["data"]["origin"]) == ("2", "import")
    again = await take(api, invented, origin="example")
    assert again.status_code == 400
    assert "Een voorbeeld kan die niet vervangen" in again.text
    assert len(desk.told()) == 2


async def test_of_a_survey_that_was_held_here_nothing_else_is_imported(
    api: httpx.AsyncClient, desk: Desk
) -> None:
    survey_id = await desk.plan()
    for mark in range(12):
        await desk.answer(survey_id, "noordoever", 5 + mark % 4, "agree" if mark % 2 else "disagree")
    await api.post(f"/v1/surveys/{survey_id}/closings", json={})
    answer = await take(api, [NAMES, "noordoever,2021,interim,say-in-plans,6.4,,13,Tussenmeting"])
    assert answer.status_code == 400
    assert "die hier is gehouden" in answer.text
    elsewhere = [NAMES, "netherlands,2021,interim,say-in-plans,6.4,,unknown,Tussenmeting"]
    assert (await take(api, elsewhere)).json()["benchmarks"] == 1
