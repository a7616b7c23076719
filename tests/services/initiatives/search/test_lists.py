# SPDX-License-Identifier: EUPL-1.2
"""Lists: the last received first, filtered, page by page, each read along an index."""

from typing import Any

import httpx
import pytest

from tests.answers import following
from tests.services.initiatives.conftest import APPOINTMENT, SUBMISSION


async def ids(api: httpx.AsyncClient, path: str, **params: Any) -> list[str]:
    """Everything, by following the links."""
    found: list[str] = []
    link: str | None = str(httpx.URL(path, params=params))
    while link:
        page = (await api.get(link)).json()
        found += [item["id"] for item in page["items"]]
        link = following(page)
    return found


async def submit(api: httpx.AsyncClient, **changes: Any) -> str:
    answer = await api.post("/v1/initiatives", json=SUBMISSION | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_pages_hold_everything_once_the_last_received_first(api: httpx.AsyncClient) -> None:
    days = ["2021-03-02", "2020-12-31", "2021-03-02", "2021-06-16", "2021-03-02"]
    made = [(day, await submit(api, happenedOn=day)) for day in days]
    newest_first = [made_id for _, made_id in sorted(made, reverse=True)]
    assert await ids(api, "/v1/initiatives", limit=2) == newest_first
    assert await ids(api, "/v1/initiatives", kern="noordoever", limit=1) == newest_first


async def test_filters_limit_the_list(api: httpx.AsyncClient) -> None:
    water = await submit(api)
    both = await submit(api, theme="together", kernen=["zuidoever", "noordoever"])
    await api.post(f"/v1/initiatives/{water}/withdrawals", json={})

    assert await ids(api, "/v1/initiatives", theme="together") == [both]
    assert await ids(api, "/v1/initiatives", state="withdrawn") == [water]
    assert await ids(api, "/v1/initiatives", kern="noordoever", state="submitted") == [both]
    assert await ids(api, "/v1/initiatives", kern="zuidoever", theme="water") == []


async def test_a_list_shows_what_it_takes_to_choose(api: httpx.AsyncClient) -> None:
    made = await submit(api, origin="example")
    (item,) = (await api.get("/v1/initiatives")).json()["items"]
    assert item == {
        "id": made,
        "state": "submitted",
        "kernen": ["noordoever", "de-plaat"],
        "theme": "water",
        "submitterKind": "residents-group",
        "title": "Een steiger voor iedereen",
        "receivedDate": "2021-06-16",
        "decisionDueDate": "2021-07-28",
        "officerId": None,
        "origin": "example",
    }


@pytest.mark.parametrize(
    ("params", "fields"),
    [
        ({"kern": "atlantis"}, {"kern"}),
        ({"kern": "atlantis", "theme": "gold"}, {"kern", "theme"}),
        ({"state": "lost"}, {"state"}),
        ({"limit": "0"}, {"limit"}),
        ({"after": "!"}, {"after"}),
        ({"after": "bm9uc2Vuc2U"}, {"after"}),  # a cursor of something else
        ({"after": "MjAyMS0xMy0wMX5p"}, {"after"}),  # 2021-13-01~i
    ],
)
@pytest.mark.parametrize("path", ["/v1/initiatives", "/v1/kernambtenaren"])
async def test_a_filter_that_matches_nothing_is_a_mistake(
    quiet_api: httpx.AsyncClient, path: str, params: dict[str, str], fields: set[str]
) -> None:
    if path == "/v1/kernambtenaren":
        fields = fields - {"theme", "state"}
        params = {name: value for name, value in params.items() if name in fields}
    answer = await quiet_api.get(path, params=params)
    assert answer.status_code == (400 if fields else 200)
    assert {error["field"] for error in answer.json().get("errors", [])} == fields


async def test_appointments_are_listed_by_kern(api: httpx.AsyncClient) -> None:
    made = []
    for first, kernen in [("2021-01-01", ["noordoever"]), ("2021-02-01", ["noordoever", "de-plaat"])]:
        body = APPOINTMENT | {"validFrom": first, "kernen": kernen}
        made.append((await api.post("/v1/kernambtenaren", json=body)).json()["id"])
    assert await ids(api, "/v1/kernambtenaren", limit=1) == made[::-1]
    assert await ids(api, "/v1/kernambtenaren", kern="noordoever", limit=1) == made[::-1]
    assert await ids(api, "/v1/kernambtenaren", kern="de-plaat") == [made[1]]
