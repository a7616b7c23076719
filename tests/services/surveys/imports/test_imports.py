# SPDX-License-Identifier: EUPL-1.2
"""Rounds held elsewhere: read whole or not at all, recorded once, corrected when the source changes."""

from typing import Any

import httpx
import pytest

from shared.municipality import Municipality
from tests.services.surveys.conftest import Desk, app_of

NAMES = "area,year,instrument,indicator,mark,percentage,n,source"
PEILING = [
    NAMES,
    "municipality,2019,burgerpeiling,say-in-plans,6.0,,unknown,Burgerpeiling 2019",
    "netherlands,2019,burgerpeiling,say-in-plans,6.1,,unknown,Burgerpeiling 2019",
    "noordoever,2019,baseline,say-in-plans,6.5,,40,Nulmeting 2019",
    "zuidoever,2019,baseline,say-in-plans,7.2,,8,Nulmeting 2019",
]
ROW = "zuidoever,2019,baseline,welcome-at-town-hall,,64.5,30,Nulmeting 2019"


async def take(api: httpx.AsyncClient, lines: list[str] | bytes, **query: str) -> httpx.Response:
    body = lines if isinstance(lines, bytes) else "\n".join(lines).encode()
    return await api.post("/v1/imports", params=query, content=body, headers={"Content-Type": "text/csv"})


async def results(api: httpx.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    return list((await api.get(f"/v1/results?limit=200&{query}")).json()["items"])


async def test_a_round_is_recorded_with_its_benchmarks(api: httpx.AsyncClient, desk: Desk) -> None:
    answer = await take(api, PEILING)
    assert (answer.status_code, answer.json()) == (
        200,
        {"completed": 3, "corrected": 0, "kept": 0, "benchmarks": 1},
    )
    north, south, whole = await results(api)
    assert (whole["kern"], whole["value"], whole["n"], whole["standing"]) == (None, 6.0, None, "published")
    assert (whole["origin"], whole["happenedOn"]) == ("import", "2019-12-31")
    assert (north["standing"], north["n"], south["standing"], south["n"]) == (
        "published",
        40,
        "indicative",
        8,
    )
    assert whole["surveyId"] != north["surveyId"] == south["surveyId"]
    (benchmark,) = (await api.get("/v1/benchmarks")).json()["items"]
    assert (benchmark["area"], benchmark["value"], benchmark["n"]) == ("netherlands", 6.1, None)
    types = sorted(event["type"].removeprefix("nl.kernpuls.") for event in desk.told())
    assert types == ["benchmark.recorded.v1", *["survey.completed.v1"] * 3]
    assert len(await results(api, "kern=noordoever")) == 1
    assert len(await results(api, "kern=gemeente&year=2019&indicator=say-in-plans")) == 1
    assert await results(api, "year=2018") == []


async def test_the_same_again_changes_nothing(api: httpx.AsyncClient, desk: Desk) -> None:
    await take(api, PEILING)
    before, told = await results(api), desk.told()
    answer = await take(api, PEILING)
    assert answer.json() == {"completed": 0, "corrected": 0, "kept": 0, "benchmarks": 0}
    assert (await results(api), desk.told()) == (before, told)


async def test_a_changed_row_is_corrected(api: httpx.AsyncClient, desk: Desk) -> None:
    await take(api, PEILING)
    changed = [line.replace(",6.0,", ",6.4,").replace(",6.1,", ",6.2,") for line in PEILING]
    answer = await take(api, changed)
    assert answer.json() == {"completed": 0, "corrected": 1, "kept": 0, "benchmarks": 1}
    whole = (await results(api, "kern=gemeente"))[0]
    assert whole["value"] == 6.4
    completed = next(event for event in desk.told("survey.completed") if not event["data"]["kernen"])
    (corrected,) = desk.told("survey.corrected")
    assert corrected["subject"] == completed["subject"] == whole["id"]
    assert (corrected["subjectsequence"], corrected["data"]["value"]) == ("2", 6.4)
    assert [event["subjectsequence"] for event in desk.told("benchmark")] == ["1", "2"]
    assert len(await results(api)) == 3


async def test_one_row_alone_can_be_corrected(api: httpx.AsyncClient, desk: Desk) -> None:
    await take(api, PEILING)
    answer = await take(api, [NAMES, PEILING[1].replace("6.0", "6.4")])
    assert answer.json() == {"completed": 0, "corrected": 1, "kept": 0, "benchmarks": 0}


async def test_it_comes_as_json_too(api: httpx.AsyncClient, desk: Desk) -> None:
    body = {"csv": "\n".join(PEILING), "origin": "example", "happenedOn": "2019-12-01"}
    answer = await api.post("/v1/imports", json=body, headers={"Idempotency-Key": "example/import"})
    assert (answer.status_code, answer.json()["completed"]) == (200, 3)
    assert {(event["data"]["origin"], event["data"]["happenedOn"]) for event in desk.told()} == {
        ("example", "2019-12-01")
    }
    for wrong in (body | {"origin": "live"}, {"origin": "example"}, body | {"surprise": 1}):
        assert (await api.post("/v1/imports", json=wrong)).status_code == 400


async def test_the_query_says_what_json_would(api: httpx.AsyncClient, desk: Desk) -> None:
    assert (await take(api, PEILING, origin="live")).status_code == 400
    assert (await take(api, PEILING, origin="example")).status_code == 200
    assert {event["data"]["origin"] for event in desk.told()} == {"example"}


async def test_everything_a_row_can_tell(api: httpx.AsyncClient, desk: Desk) -> None:
    names = f"{NAMES},date,audience,invited,spread,distribution,comparable"
    row = 'zuidoever,2020,interim,say-in-plans,6.5,,12,"Tussenmeting, deel 1",2020-11-30,officials,20,0.5'
    answer = await take(api, [names, f"{row},6=6 7=6,baseline study"])
    assert answer.json()["completed"] == 1, answer.text
    (event,) = desk.told()
    assert event["data"] | {"surveyId": ""} == {
        "happenedOn": "2020-11-30",
        "kernen": ["zuidoever"],
        "actor": "official",
        "origin": "import",
        "surveyId": "",
        "instrument": "interim",
        "indicator": "say-in-plans",
        "audience": "officials",
        "year": 2020,
        "unit": "mark",
        "standing": "published",
        "invited": 20,
        "n": 12,
        "value": 6.5,
        "spread": 0.5,
        "distribution": [{"answer": "6", "count": 6}, {"answer": "7", "count": 6}],
        "comparableWith": ["baseline", "study"],
        "source": "Tussenmeting, deel 1",
        "answersFrom": "import",
    }


async def test_one_wrong_line_in_five_thousand_refuses_all(desk: Desk, buren: Municipality) -> None:
    rows = [
        f"{area},{year},{instrument},cooperation,6.5,,40,Bron,{audience}"
        for area in ("municipality", *sorted(buren.kern_slugs))
        for instrument in ("burgerpeiling", "baseline", "study", "interim", "evaluation")
        for year in range(1990, 2021)
        for audience in ("residents", "officials")
    ]
    lines = [f"{NAMES},audience", *rows, *rows[:39]]
    lines = [*lines[:4961], *(row.replace("cooperation,6.5,", "partners,,65") for row in lines[4961:])]
    assert len(lines) == 5000
    async with app_of(Desk(desk.database, buren)) as api:
        right, lines[2500] = lines[2500], lines[2500].replace("6.5", "11")
        answer = await take(api, lines)
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == ["line 2501"]
        assert (await results(api), desk.told()) == ([], [])
        lines[2500] = lines[2499]
        answer = await take(api, lines)
        assert "als rij 2500" in answer.json()["errors"][0]["message"]
        assert (await results(api), desk.told()) == ([], [])
        lines[2500] = right
        answer = await take(api, lines)
        assert answer.json() == {"completed": 4999, "corrected": 0, "kept": 0, "benchmarks": 0}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (ROW.replace("64.5", "100.5"), "percentage '100.5' is geen getal van 0 tot en met 100"),
        (ROW.replace(",64.5", "6.5,"), "percentage is waarin welcome-at-town-hall wordt gemeten"),
        (ROW.replace(",64.5", "6.5,64.5"), "percentage is waarin welcome-at-town-hall wordt gemeten"),
        (ROW.replace("64.5", ""), "percentage is waarin welcome-at-town-hall wordt gemeten"),
        (ROW.replace("64.5", "NaN"), "'NaN' is geen getal"),
        (ROW.replace("64.5", "1e1"), "'1e1' is geen getal"),
        (ROW.replace("64.5", "-1"), "'-1' is geen getal"),
        (ROW.replace("64.5", "64.55"), "één decimaal"),
        (ROW.replace("64.5", "٦٤"), "is geen getal"),
        ("zuidoever,2019,baseline,say-in-plans,0.9,,30,Bron", "mark '0.9' is geen getal van 1 tot en met 10"),
        ("zuidoever,2019,baseline,say-in-plans,10.1,,30,Bron", "mark '10.1' is geen getal van 1 tot en met"),
        (ROW.replace(",30,", ",,"), "n is leeg"),
        (ROW.replace(",30,", ",0,"), "n '0' is geen heel getal"),
        (ROW.replace(",30,", ",many,"), "n 'many' is geen heel getal"),
        (ROW.replace("zuidoever", "atlantis"), "area 'atlantis' kennen wij niet. Kies uit: benchmark,"),
        (ROW.replace("2019", "2031"), "year '2031' is geen heel getal van 1990 tot en met 2021"),
        (ROW.replace(",2019,", ",,"), "year is leeg"),
        (ROW.replace("baseline", "horoscope"), "instrument 'horoscope' kennen wij niet"),
        (ROW.replace("welcome-at-town-hall", "luck"), "indicator 'luck' kennen wij niet"),
        (ROW.replace("Nulmeting 2019", ""), "source heeft 0 tekens"),
        (ROW.replace("Nulmeting 2019", "x" * 201), "source heeft 201 tekens"),
        (ROW.replace("Nulmeting 2019", "a\u202eb"), "source heeft een teken dat niet te zien is"),
        (ROW + ",extra", "hier staan 9 kolommen, en in rij 1 8"),
        ("zuidoever,2019", "hier staan 2 kolommen, en in rij 1 8"),
        (ROW.replace("Nulmeting 2019", '"open'), "de aanhalingstekens kloppen niet"),
        (ROW.replace("zuidoever", "") , "area '' kennen wij niet"),
    ],
)  # fmt: skip
async def test_a_wrong_row_is_named_with_what_to_do(
    api: httpx.AsyncClient, desk: Desk, row: str, told: str
) -> None:
    answer = await take(api, [*PEILING, row])
    assert answer.status_code == 400, answer.text
    errors = [error for error in answer.json()["errors"] if error["field"] == f"line {len(PEILING) + 1}"]
    assert told in str(errors), answer.text
    assert desk.told() == []


@pytest.mark.parametrize(
    ("names", "values", "told"),
    [
        ("distribution", "6=20 7=11", "distribution heeft 31 antwoorden, en n is 30"),
        ("distribution", "6=20 6=1", "'6=1' is geen antwoord met zijn aantal, één keer"),
        ("distribution", "11=3", "'11'. Dat is geen cijfer"),
        ("distribution", "6", "'6' is geen antwoord met zijn aantal"),
        ("invited", "29", "invited 29 is minder dan de 30 die antwoord gaven"),
        ("audience", "cats", "audience 'cats' kennen wij niet"),
        ("comparable", "baseline horoscope", "comparable 'horoscope' kennen wij niet"),
        ("date", "2018-12-31", "date '2018-12-31' is geen datum van 01-01-2019"),
        ("date", "2019-02-30", "date '2019-02-30' is geen datum"),
        ("date", "20190301", "date '20190301' is geen datum"),
        ("spread", "5.1", "spread '5.1' is geen getal van 0 tot en met 5"),
    ],
)
async def test_a_wrong_extra_is_named_too(
    api: httpx.AsyncClient, desk: Desk, names: str, values: str, told: str
) -> None:
    row = "zuidoever,2019,baseline,say-in-plans,6.5,,30,Bron"
    answer = await take(api, [f"{NAMES},{names}", f"{row},{values}"])
    assert answer.status_code == 400, answer.text
    assert told in answer.json()["errors"][0]["message"], answer.text
    assert answer.json()["errors"][0]["field"] == "line 2"


@pytest.mark.parametrize(
    ("body", "line", "told"),
    [
        (
            "\n".join(PEILING).replace("Burger", "Enquête").encode() + b"\xe9",
            5,
            "letters die niet te lezen",
        ),
        (b"PK\x03\x04\x14\x00", 1, "dit is een werkmap van Excel"),
        (b"\xff\xfea", 1, "letters die niet te lezen"),
        (NAMES.replace("source", "bron").encode(), 1, "de kolom 'bron' kennen wij niet"),
        (NAMES.replace(",source", "").encode(), 1, "de kolom source ontbreekt"),
        (f"{NAMES},n".encode(), 1, "de kolom 'n' staat er twee keer"),
        (NAMES.encode(), 2, "er staat geen uitkomst in"),
        (b"", 1, "de kolom area ontbreekt"),
    ],
)
async def test_a_file_that_is_something_else_is_refused(
    api: httpx.AsyncClient, desk: Desk, body: bytes, line: int, told: str
) -> None:
    answer = await take(api, body)
    assert answer.status_code == 400, answer.text
    assert told in str([e["message"] for e in answer.json()["errors"] if e["field"] == f"line {line}"])
    assert desk.told() == []


async def test_duplicate_indicators_are_refused_with_both_lines(api: httpx.AsyncClient, desk: Desk) -> None:
    answer = await take(api, [*PEILING, PEILING[3].replace("6.5", "6.6")])
    (error,) = answer.json()["errors"]
    assert (error["field"], "als rij 4" in error["message"]) == ("line 6", True)
    assert desk.told() == []


async def test_windows_line_ends_and_a_byte_order_mark_are_fine(api: httpx.AsyncClient) -> None:
    answer = await take(api, b"\xef\xbb\xbf" + "\r\n".join([*PEILING, "", ""]).encode())
    assert answer.json()["completed"] == 3
