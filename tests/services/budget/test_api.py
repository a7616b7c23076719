# SPDX-License-Identifier: EUPL-1.2
"""The HTTP API: what it answers, what it refuses, and that a refusal writes nothing."""

import json
from typing import Any

import httpx

from tests.answers import following
from tests.services.budget.books import Books, assessed

YEAR = {"year": 2021, "decisionReference": "R20.7", "happenedOn": "2020-11-10"}
CLUB = {
    "kind": "village-interests",
    "kernen": ["noordoever"],
    "name": "Dorpsclub",
    "activeFrom": "2020-01-01",
}


async def post(api: httpx.AsyncClient, path: str, body: Any, **headers: str) -> httpx.Response:
    sent = {"content-type": "application/json", **headers}
    return await api.post(f"/v1/{path}", content=json.dumps(body), headers=sent)


async def grant_id(api: httpx.AsyncClient) -> str:
    return str((await api.get("/v1/grants")).json()["items"][0]["id"])


async def test_a_year_is_adopted_and_read(api: httpx.AsyncClient) -> None:
    answer = await post(api, "budget-years", YEAR | {"origin": "example"})
    assert (answer.status_code, answer.headers["Location"]) == (201, "/v1/budget-years/2021")
    year = answer.json()
    assert (await api.get("/v1/budget-years/2021")).json() == year
    assert (await api.get("/v1/budget-years")).json()["items"] == [year]
    assert year["lines"][0] == {
        "line": "clubs",
        "withinTotal": True,
        "ceiling": None,
        "toldPercent": 0,
        "leftCents": None,
        "totalCents": 1_800_00,
        "reservedCents": 0,
        "committedCents": 0,
        "paidCents": 0,
        "availableCents": 1_800_00,
    }
    assert (year["decisionReference"], year["adoptedOn"], year["origin"]) == (
        "R20.7",
        "2020-11-10",
        "example",
    )


async def test_a_second_adoption_is_a_conflict(api: httpx.AsyncClient) -> None:
    await post(api, "budget-years", YEAR)
    answer = await post(api, "budget-years", YEAR)
    assert (answer.status_code, answer.json()["code"]) == (409, "already-adopted")


async def test_the_same_key_adopts_once_and_answers_the_same(api: httpx.AsyncClient) -> None:
    first = await post(api, "budget-years", YEAR, **{"Idempotency-Key": "k1"})
    again = await post(api, "budget-years", YEAR, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()) == (201, first.json())


async def test_the_postings_of_a_line_come_in_pages(api: httpx.AsyncClient, books: Books) -> None:
    await post(api, "budget-years", YEAR)
    books.assess(assessed("i1", 100_00))
    path: str | None = "/v1/budget-years/2021/lines/small-help/postings?limit=2"
    found = []
    while path:
        page = (await api.get(path)).json()
        found += page["items"]
        path = following(page)
    assert [(p["operation"], p["credit"], p["debit"], p["amountCents"]) for p in found] == [
        ("adopt", "council", "available", 3_000_00),
        ("reserve", "available", "reserved", 100_00),
        ("allocate", "reserved", "committed", 100_00),
    ]
    assert (found[0]["role"], found[1]["kern"]) == ("budget-holder", "noordoever")


async def test_an_organisation_is_registered_and_read(api: httpx.AsyncClient) -> None:
    answer = await post(api, "organisations", CLUB)
    assert answer.status_code == 201
    assert (await api.get(answer.headers["Location"])).json() == answer.json()
    assert [o["name"] for o in (await api.get("/v1/organisations")).json()["items"]] == ["Dorpsclub"]


async def test_a_contribution_run_is_previewed_run_and_read(api: httpx.AsyncClient, books: Books) -> None:
    await post(api, "budget-years", YEAR)
    await post(api, "organisations", CLUB)
    before = books.written()
    preview = await post(api, "contribution-runs", {"year": 2021, "preview": True})
    assert (preview.status_code, preview.json()["id"]) == (200, None)
    assert [s["outcome"] for s in preview.json()["outcomes"]] == ["allocated"]
    assert books.written() == before
    answer = await post(api, "contribution-runs", {"year": 2021})
    (share,) = answer.json()["outcomes"]
    assert (answer.status_code, share["outcome"], share["amountCents"]) == (201, "allocated", 600_00)
    assert share["contributionId"]
    assert (await api.get(answer.headers["Location"])).json() == answer.json()


async def test_a_grant_is_found_decided_and_settled(api: httpx.AsyncClient, books: Books) -> None:
    await post(api, "budget-years", YEAR)
    books.assess(assessed("i1", 500_00, origin="import"))
    waiting = {"initiativeId": "i1", "year": "2021", "line": "small-help", "state": "reserved"}
    (grant,) = (await api.get("/v1/grants", params=waiting)).json()["items"]
    assert (grant["askedCents"], grant["origin"]) == (500_00, "import")
    decided = await post(api, f"grants/{grant['id']}/decisions", {"decision": "allocate"})
    assert (decided.status_code, decided.json()["state"]) == (201, "allocated")
    assert decided.headers["Location"] == f"/v1/grants/{grant['id']}"
    assert (await api.get("/v1/grants", params=waiting)).json()["items"] == []
    settled = await post(api, f"grants/{grant['id']}/settlements", {"actualCostCents": 450_00})
    assert settled.json()["heldCents"] == 450_00
    assert (await api.get(f"/v1/grants/{grant['id']}")).json() == settled.json()
    again = await post(api, f"grants/{grant['id']}/settlements", {"actualCostCents": 450_00})
    assert (again.status_code, again.json()["code"], again.json()["allowed"]) == (
        409,
        "grant-settled",
        ["payments", "refunds"],
    )


NOT_THERE = [
    ("/v1/budget-years/2021", 404),
    ("/v1/budget-years/abc", 400),
    ("/v1/budget-years/99999999999999999999", 400),
    ("/v1/budget-years/2021/lines/small-help/postings", 404),
    ("/v1/budget-years/2021/lines/Not%20A%20Line/postings", 400),
    ("/v1/organisations/nobody", 404),
    ("/v1/contribution-runs/none", 404),
    ("/v1/grants/none", 404),
    ("/v1/grants/%F0%9F%92%B6", 400),
    ("/v1/grants?state=lost", 400),
    ("/v1/grants?year=1", 400),
    ("/v1/grants?initiativeId=%20", 400),
    ("/v1/grants?after=bm8", 400),  # no number
    ("/v1/grants?after=OTk5OTk5OTk5OTk5OTk5OTk5OTk", 400),  # above any number
]


async def test_what_is_not_there_or_cannot_be(api: httpx.AsyncClient) -> None:
    for path, status in NOT_THERE:
        answer = await api.get(path)
        assert answer.status_code == status, path
        assert answer.headers["content-type"] == "application/problem+json"


NEXT = {"year": 2022, "decisionReference": "R21.7", "happenedOn": "2021-06-01"}
BAD_CENTS = ["1000", 1000.5, 1000.05, -1, 10**18, None, True, [], {}, "1e3"]
MOVE = {"cause": "moved", "line": "clubs", "fromLine": "shore", "amountCents": 1, "reason": "Meer nodig."}
BAD: list[tuple[str, dict[str, Any]]] = [
    *(("budget-years/2021/amendments", MOVE | {"amountCents": cents}) for cents in [*BAD_CENTS, 0, 9_000_01]),
    ("budget-years/2021/amendments", MOVE | {"fromLine": "bridge"}),
    ("budget-years/2021/amendments", MOVE | {"reason": " "}),
    ("budget-years/2021/amendments", MOVE | {"cause": "stolen"}),
    ("budget-years/2020/amendments", MOVE),
    ("budget-years/1/amendments", MOVE),
    ("budget-years/2020/closings", {}),
    ("budget-years/2021/closings", {"happenedOn": "2021-06-15"}),
    ("budget-years", NEXT | {"lines": [{"line": "clubs", "amountCents": 1, "ceiling": {}}]}),
    ("organisations", CLUB | {"creditorNumber": "NL91ABNA0417164300"}),
    ("organisations", CLUB | {"creditorNumber": 12}),
    ("organisations/nobody/changes", {"name": "Club"}),
    ("organisations/nobody/endings", {"activeUntil": "2021-01-01"}),
    ("contributions/none/withdrawals", {}),
    *(("budget-years", NEXT | {"lines": [{"line": "clubs", "amountCents": cents}]}) for cents in BAD_CENTS),
    *(("budget-years", NEXT | {"totalCents": cents}) for cents in BAD_CENTS if cents is not None),
    ("budget-years", NEXT | {"lines": [{"line": "bridge", "amountCents": 1}]}),
    ("budget-years", NEXT | {"lines": [{"line": "clubs", "amountCents": 1, "why": "x"}]}),
    ("budget-years", NEXT | {"lines": []}),
    ("budget-years", NEXT | {"lines": [{"line": "clubs", "amountCents": 10**12}] * 2}),
    ("budget-years", NEXT | {"happenedOn": "2021-06-16"}),
    ("budget-years", NEXT | {"happenedOn": "2021-02-30"}),
    ("budget-years", NEXT | {"happenedOn": 20210615}),
    ("budget-years", NEXT | {"year": "2021"}),
    ("budget-years", NEXT | {"year": 2021.5}),
    ("budget-years", NEXT | {"year": 1999}),
    ("budget-years", NEXT | {"year": 10**30}),
    ("budget-years", NEXT | {"decisionReference": " "}),
    ("budget-years", NEXT | {"decisionReference": "a\u0000b"}),
    ("budget-years", NEXT | {"decisionReference": "a\ud800b"}),
    ("budget-years", NEXT | {"decisionReference": "x" * 201}),
    ("budget-years", NEXT | {"origin": "elsewhere"}),
    ("budget-years", NEXT | {"surprise": 1}),
    ("budget-years", {}),
    ("organisations", CLUB | {"kind": "club"}),
    ("organisations", CLUB | {"kernen": ["atlantis"]}),
    ("organisations", CLUB | {"kernen": ["noordoever", "noordoever"]}),
    ("organisations", CLUB | {"kernen": "noordoever"}),
    ("organisations", CLUB | {"name": None}),
    ("organisations", CLUB | {"name": "a\u202eb"}),
    ("organisations", CLUB | {"activeUntil": "2019-12-31"}),
    ("organisations", CLUB | {"activeFrom": "0001-01-01"}),
    ("organisations", CLUB | {"happenedOn": "2031-01-01"}),
    ("contribution-runs", {"year": 2022}),
    ("contribution-runs", {"year": 2022, "preview": True}),
    ("contribution-runs", {"year": 2021, "preview": "yes"}),
    ("contribution-runs", {"year": 2021, "happenedOn": "2021-06-16"}),
    ("grants/none/decisions", {"decision": "allocate"}),
    ("grants/none/settlements", {"actualCostCents": 1}),
    *(("grants/G/settlements", {"actualCostCents": cents}) for cents in [*BAD_CENTS, 500_01]),
    *(
        ("grants/G/decisions", {"decision": "allocate", "amountCents": cents})
        for cents in (0, -1, "1", 600_01)
    ),
    ("grants/G/decisions", {"decision": "perhaps"}),
    ("grants/G/decisions", {"decision": "decline", "reasonCode": "mood"}),
    ("grants/G/decisions", {"decision": "decline", "amountCents": 1}),
    ("grants/G/decisions", {"decision": "allocate", "reasonCode": "no-room"}),
    ("grants/G/decisions", {"decision": "allocate", "happenedOn": "2021-06-16"}),
]


async def test_bad_input_is_told_what_is_wrong_and_writes_nothing(
    api: httpx.AsyncClient, books: Books
) -> None:
    books.adopt(2021)
    books.assess(assessed("i1", 600_00))
    known = await grant_id(api)
    before = books.written()
    for path, body in BAD:
        answer = await post(api, path.replace("/G/", f"/{known}/"), body)
        invalid = path in ("budget-years", "organisations")  # the others may meet a grant that is not so far
        assert answer.status_code == 400 if invalid else 400 <= answer.status_code < 500, (path, body)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
        assert books.written() == before, (path, body)
    assert books.differences() == []
    assert (await post(api, "budget-years", NEXT)).status_code == 201  # but for what was wrong, it was right


async def test_raw_bytes_that_are_no_json_are_refused(api: httpx.AsyncClient, books: Books) -> None:
    for body in (b"\xff", b'{"year": NaN}', b'{"year": 1e400}', b"[" * 100_000, b'{"year":2021,"year":2022}'):
        answer = await api.post(
            "/v1/budget-years", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 400, body[:20]
    assert books.written() == 0
