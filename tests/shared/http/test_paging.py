# SPDX-License-Identifier: EUPL-1.2
"""Collections come in pages, each with a link to the next."""

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.http.paging import Paging, page_of
from tests.answers import following
from tests.shared.http.conftest import TREE, Garden, client_of


async def plant(client: httpx.AsyncClient, many: int) -> list[str]:
    """The ids in the order of the collection."""
    return sorted([(await client.post("/v1/trees", json=TREE)).json()["id"] for _ in range(many)])


async def walk(client: httpx.AsyncClient, link: str | None) -> list[list[str]]:
    pages = []
    while link:
        page = (await client.get(link)).json()
        pages.append([item["id"] for item in page["items"]])
        link = following(page)
    return pages


async def test_collections_are_paged_with_a_next_link(either: Garden) -> None:
    async with client_of(either.app()) as client:
        planted = await plant(client, 7)
        pages = await walk(client, "/v1/trees?limit=3")
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [tree for page in pages for tree in page] == planted


async def test_a_full_last_page_has_no_next(client: httpx.AsyncClient) -> None:
    await plant(client, 3)
    page = (await client.get("/v1/trees?limit=3")).json()
    assert len(page["items"]) == 3
    assert page["_links"] == {"self": {"href": "/v1/trees?limit=3"}, "next": None}


async def test_an_empty_collection(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/trees")).json() == {
        "items": [],
        "_links": {"self": {"href": "/v1/trees?limit=50"}, "next": None},
    }


async def test_links_keep_the_filter(client: httpx.AsyncClient) -> None:
    await plant(client, 2)
    page = (await client.get("/v1/trees", params={"kern": "noordoever", "limit": 1})).json()
    assert page["_links"]["next"]["href"].startswith("/v1/trees?kern=noordoever&limit=1&after=")
    assert (await client.get("/v1/trees", params={"kern": "zuidoever"})).json()["items"] == []


async def test_self_leads_to_the_same_page(client: httpx.AsyncClient) -> None:
    await plant(client, 5)
    second = (
        await client.get((await client.get("/v1/trees?limit=2")).json()["_links"]["next"]["href"])
    ).json()
    assert (await client.get(second["_links"]["self"]["href"])).json() == second


async def test_a_row_added_meanwhile_repeats_none(client: httpx.AsyncClient) -> None:
    planted = await plant(client, 4)
    page = (await client.get("/v1/trees?limit=2")).json()
    await plant(client, 4)
    rest = [tree for page in await walk(client, page["_links"]["next"]["href"]) for tree in page]
    assert not set(rest) & set(planted[:2])
    assert set(planted[2:]) <= set(rest)


async def test_fifty_unless_told(client: httpx.AsyncClient) -> None:
    await plant(client, 51)
    assert len((await client.get("/v1/trees")).json()["items"]) == 50
    assert len((await client.get("/v1/trees?limit=200")).json()["items"]) == 51


@pytest.mark.parametrize("limit", ["0", "-1", "201", "ten", "1.5", ""])
async def test_a_limit_that_is_none(client: httpx.AsyncClient, limit: str) -> None:
    answer = await client.get("/v1/trees", params={"limit": limit})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["limit"]


@pytest.mark.parametrize("cursor", ["", "?", "YQ==", "YR", "_w", "AA", "a" * 401, "é", "w6l\n"])
async def test_a_cursor_that_is_none(client: httpx.AsyncClient, cursor: str) -> None:
    answer = await client.get("/v1/trees", params={"after": cursor})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["after"]


@settings(deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60), max_size=9),
    st.integers(1, 9),
)
def test_a_page_cuts_the_surplus_only(keys: list[str], limit: int) -> None:
    paging = Paging(None, limit, "/v1/trees", ())
    page = page_of(keys, paging, key=lambda key: key)
    assert list(page.items) == keys[:limit]
    assert (page.links.next is None) == (len(keys) <= limit)
