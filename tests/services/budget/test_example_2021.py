# SPDX-License-Identifier: EUPL-1.2
"""The year 2021 of the example, through the HTTP API, against amounts computed by hand, to the cent."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from shared.municipality import Municipality
from shared.store import Database
from tests.answers import following
from tests.services.budget.books import Books, assessed

FOUR = ("contributes", "needs-support", "one-off", "supports-vision")
KERNEN = (
    "aalst", "asch", "beusichem", "buren", "eck-en-wiel", "erichem", "ingen", "kerk-avezaath",
    "lienden", "maurik", "ommeren", "ravenswaaij", "rijswijk", "zoelen", "zoelmond",
)  # fmt: skip
PAIRS = (("buren", "asch"), ("beusichem", "zoelmond"))
ALONE = tuple(k for k in KERNEN if k != "aalst" and not any(k in pair for pair in PAIRS))


@pytest.fixture
def books(budget_store: Database, buren: Municipality) -> Books:
    return Books(budget_store, buren, datetime(2023, 12, 1, 12, 0, tzinfo=UTC))


async def post(api: httpx.AsyncClient, path: str, **body: Any) -> Any:
    answer = await api.post(f"/v1/{path}", json={"origin": "example"} | body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def lines_of(api: httpx.AsyncClient) -> dict[str, tuple[int, int, int, int]]:
    year = (await api.get("/v1/budget-years/2021")).json()
    return {
        line["line"]: (
            line["totalCents"],
            line["reservedCents"],
            line["committedCents"],
            line["availableCents"],
        )
        for line in year["lines"]
    }


async def grant_of(api: httpx.AsyncClient, initiative_id: str) -> Any:
    (grant,) = (await api.get("/v1/grants", params={"initiativeId": initiative_id})).json()["items"]
    return grant


async def register_everybody(api: httpx.AsyncClient) -> None:
    for kern in KERNEN:
        named = {"kind": "village-interests", "name": f"Dorpsbelangen {kern}", "kernen": [kern]}
        await post(api, "organisations", **named, activeFrom="2020-01-01", happenedOn="2020-10-01")
    for kernen in (*PAIRS, *((kern,) for kern in ALONE)):
        named = {"kind": "signal-group", "name": f"Signalering {kernen[0]}", "kernen": list(kernen)}
        await post(api, "organisations", **named, activeFrom="2020-01-01", happenedOn="2020-10-01")
    await post(api, "organisations", kind="whatsapp-coordinator", kernen=[], activeFrom="2020-01-01")


async def play(api: httpx.AsyncClient, books: Books) -> None:
    """The whole year, with what is to be seen on the way."""
    year = await post(api, "budget-years", year=2021, decisionReference="2020/45", happenedOn="2020-11-10")
    assert sum(line["totalCents"] for line in year["lines"]) == 50_000_00

    await register_everybody(api)
    run = await post(api, "contribution-runs", year=2021, happenedOn="2021-02-01")
    assert [share["outcome"] for share in run["outcomes"]] == ["allocated"] * (15 + 12 + 1)
    assert run["origin"] == "example"

    async def ask(number: int, euros: int, day: date, yes: tuple[str, ...] = FOUR) -> str:
        event = assessed(
            f"i{number}",
            euros * 100,
            yes=yes,
            line="incidental",
            kernen=(KERNEN[number],),
            on=day,
            guide="2020-1",
            origin="example",
        )
        books.assess(event)
        return str((await grant_of(api, f"i{number}"))["state"])

    # Above 1,000 the budget holder decides; up to it nobody has to.
    assert await ask(1, 1_200, date(2021, 2, 15)) == "reserved"
    website = (await grant_of(api, "i1"))["id"]
    await post(api, f"grants/{website}/decisions", decision="allocate", happenedOn="2021-02-22")
    assert await ask(2, 1_500, date(2021, 3, 10)) == "reserved"
    second = (await grant_of(api, "i2"))["id"]
    await post(api, f"grants/{second}/decisions", decision="allocate", happenedOn="2021-03-17")
    assert await ask(3, 800, date(2021, 4, 12)) == "allocated"
    assert await ask(4, 600, date(2021, 5, 3)) == "allocated"
    assert await ask(5, 500, date(2021, 6, 1)) == "allocated"
    assert (await lines_of(api))["incidental"] == (5_000_00, 0, 4_600_00, 400_00)

    # 700 finds 400 before the settlement, and 550 after it: no room either way.
    async def refuse(number: int, day: date) -> Any:
        grant = await grant_of(api, f"i{number}")
        path = f"grants/{grant['id']}/decisions"
        refused = await post(api, path, decision="decline", happenedOn=str(day))
        return refused["state"], refused["reason"], refused["unmet"]

    assert await ask(6, 700, date(2021, 7, 1)) == "refusal-proposed"
    assert await refuse(6, date(2021, 7, 8)) == ("declined", "no-room", [])
    settled = await post(
        api, f"grants/{website}/settlements", actualCostCents=1_050_00, happenedOn="2021-09-01"
    )
    assert (settled["state"], settled["allocatedCents"], settled["heldCents"]) == (
        "settled",
        1_200_00,
        1_050_00,
    )
    assert await ask(7, 700, date(2021, 10, 1)) == "refusal-proposed"
    three = ("contributes", "needs-support", "supports-vision")
    assert await ask(8, 400, date(2021, 10, 4), three) == "refusal-proposed"
    assert await refuse(7, date(2021, 10, 11)) == ("declined", "no-room", [])
    assert await refuse(8, date(2021, 10, 11)) == ("declined", "criteria-not-met", ["one-off"])


async def test_the_year_to_the_cent(api: httpx.AsyncClient, books: Books) -> None:
    await play(api, books)
    assert await lines_of(api) == {
        "village-interests": (5_625_00, 0, 5_625_00, 0),  # 15 x 375
        "signal-groups": (9_000_00, 0, 9_000_00, 0),  # 12 x 750
        "whatsapp": (750_00, 0, 750_00, 0),
        "incidental": (5_000_00, 0, 4_450_00, 550_00),  # 1,050 + 1,500 + 800 + 600 + 500
        "liveability": (20_000_00, 0, 0, 20_000_00),
        "other": (9_625_00, 0, 0, 9_625_00),
    }
    assert books.differences() == []


# By hand, in euros. Each kern has 375 for its dorpsbelangenorganisatie, and 750 for its signaleringsgroep or
# 375 for half of one; none is in Aalst. What an initiative got stands at its kern.
EUROS = {
    "aalst": 375,
    "asch": 375 + 375 + 1_050,
    "beusichem": 375 + 375 + 1_500,
    "buren": 375 + 375 + 800,
    "eck-en-wiel": 375 + 750 + 600,
    "erichem": 375 + 750 + 500,
    "ingen": 1_125,
    "kerk-avezaath": 1_125,
    "lienden": 1_125,
    "maurik": 1_125,
    "ommeren": 1_125,
    "ravenswaaij": 1_125,
    "rijswijk": 1_125,
    "zoelen": 1_125,
    "zoelmond": 375 + 375,
    None: 750,  # the coordinator of the WhatsApp groups, of no kern
}


async def test_each_kern_has_its_part_and_together_they_are_the_year(
    api: httpx.AsyncClient, books: Books
) -> None:
    await play(api, books)
    year = (await api.get("/v1/budget-years/2021/statement")).json()
    assert {each["kern"]: each["cents"] for each in year["kernen"]} == {
        kern: euros * 100 for kern, euros in EUROS.items()
    }
    assert (year["givenCents"], year["availableCents"]) == (19_825_00, 30_175_00)
    assert year["givenCents"] + year["availableCents"] == year["totalCents"] == 50_000_00
    for kern, euros in EUROS.items():
        if kern:
            own = (await api.get(f"/v1/kernen/{kern}/statement?year=2021")).json()
            assert own["cents"] == sum(item["cents"] for item in own["items"]) == euros * 100
    beusichem = (await api.get("/v1/kernen/beusichem/statement?year=2021")).json()["items"]
    assert [(item["line"], item["cents"], item["recipient"], item["title"]) for item in beusichem] == [
        ("incidental", 1_500_00, None, "Bank aan het water"),
        ("signal-groups", 375_00, "Signalering beusichem", None),
        ("village-interests", 375_00, "Dorpsbelangen beusichem", None),
    ]


async def test_a_line_is_explained_as_of_any_date(api: httpx.AsyncClient, books: Books) -> None:
    await play(api, books)
    line = "/v1/budget-years/2021/lines/incidental"
    stood = {}
    for day in ("2020-11-09", "2020-11-10", "2021-02-15", "2021-02-22", "2021-06-01", "2021-09-01"):
        found = (await api.get(line, params={"asOf": day})).json()
        stood[day] = tuple(found[f"{account}Cents"] for account in ("total", "reserved", "committed"))
        postings = await everything(api, found["postings"] + "&limit=3")
        assert sum(p["amountCents"] for p in postings if p["debit"] == "committed") - sum(
            p["amountCents"] for p in postings if p["credit"] == "committed"
        ) == found["committedCents"]  # fmt: skip
    assert stood == {
        "2020-11-09": (0, 0, 0),
        "2020-11-10": (5_000_00, 0, 0),
        "2021-02-15": (5_000_00, 1_200_00, 0),
        "2021-02-22": (5_000_00, 0, 1_200_00),
        "2021-06-01": (5_000_00, 0, 4_600_00),
        "2021-09-01": (5_000_00, 0, 4_450_00),
    }
    now = (await api.get(line)).json()
    assert (now["availableCents"], now["asOf"]) == (550_00, None)
    assert (await api.get(f"{line}?asOf=yesterday")).status_code == 400


async def everything(api: httpx.AsyncClient, path: str | None) -> list[Any]:
    """All items of a collection, page by page."""
    found: list[Any] = []
    while path:
        page = (await api.get(path)).json()
        found += page["items"]
        path = following(page)
    return found


async def test_the_implementation_money_lies_beside_the_yearly_total(api: httpx.AsyncClient) -> None:
    for year, euros in ((2020, 5_000), (2021, 30_000), (2022, 15_000)):
        lines = [{"line": "other", "amountCents": 50_000_00}]
        lines.append({"line": "implementation", "amountCents": euros * 100})
        await post(api, "budget-years", year=year, decisionReference="2020/45", lines=lines)
    years = (await api.get("/v1/budget-years")).json()["items"]
    found = {y["year"]: {line["line"]: line["totalCents"] for line in y["lines"]} for y in years}
    assert {year: amounts["implementation"] for year, amounts in found.items()} == {
        2020: 5_000_00,
        2021: 30_000_00,
        2022: 15_000_00,
    }
    more = {"cause": "raised", "line": "implementation", "amountCents": 1, "decisionReference": "2022/1"}
    answer = await api.post(
        "/v1/budget-years/2022/amendments", json=more | {"reason": "Nog een cent.", "origin": "example"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "above-total-over-years")
