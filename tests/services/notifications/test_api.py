# SPDX-License-Identifier: EUPL-1.2
"""What can be read: notices page by page, the news as Atom, the local mailbox."""

from collections.abc import AsyncIterator
from xml.etree import ElementTree as ET

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.notifications.__main__ import SERVICE
from services.notifications.feed.atom import ATOM
from services.notifications.mailbox import store
from shared.contracts.examples.initiatives import ASSESSED
from shared.http.app import create_app
from shared.messaging.transaction import Transactions
from tests.services.notifications.conftest import INITIATIVE, Clock, Hear, submitted


async def _ready() -> dict[str, str]:
    return {}


@pytest.fixture
async def api(transactions: Transactions) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(SERVICE, transactions, _ready, CollectorRegistry())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost"
    ) as client:
        yield client


async def test_notices_come_page_by_page(api: httpx.AsyncClient, hear: Hear, clock: Clock) -> None:
    for number in range(5):
        hear(submitted(), subject=f"i{number}")
        clock.forward(seconds=number % 2)  # some share an instant
    seen, path = [], "/v1/notices?limit=2"
    while path:
        page = (await api.get(path)).json()
        seen += [item["about"] for item in page["items"]]
        path = page["_links"]["next"]
    assert sorted(seen) == [f"i{number}" for number in range(5)]


async def test_notices_can_be_asked_for_by_initiative_and_state(api: httpx.AsyncClient, hear: Hear) -> None:
    hear(submitted())
    assert len((await api.get(f"/v1/notices?about={INITIATIVE}&state=waiting")).json()["items"]) == 1
    assert (await api.get("/v1/notices?state=sent")).json()["items"] == []
    assert (await api.get("/v1/notices?state=lost")).status_code == 400


async def test_a_cursor_of_nobody_is_refused(api: httpx.AsyncClient) -> None:
    assert (await api.get("/v1/notices?after=eA")).status_code == 400


async def test_news_of_a_kern_is_atom_with_public_words_only(api: httpx.AsyncClient, hear: Hear) -> None:
    hear(ASSESSED)
    answer = await api.get("/v1/kernen/noordoever/feed")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    (entry,) = ET.fromstring(answer.content).findall(f"{{{ATOM}}}entry")
    title = entry.findtext(f"{{{ATOM}}}title") or ""
    assert ASSESSED.public_title in title
    assert title.startswith("Voorbeeld (verzonnen)")


async def test_there_is_no_news_of_a_kern_that_is_none(api: httpx.AsyncClient) -> None:
    assert (await api.get("/v1/kernen/atlantis/feed")).status_code == 404


async def test_the_mailbox_says_that_nothing_was_sent_and_escapes(
    api: httpx.AsyncClient, transactions: Transactions, clock: Clock
) -> None:
    row = dict.fromkeys(("message_id", "recipient", "subject", "body", "html"), "<script>")
    await transactions.database.write(lambda c: store.add(c, row | {"id": "m1", "arrived_at": clock()}))
    for path in ("/postvak", "/postvak/m1"):
        page = (await api.get(path)).text
        assert "Niet verzonden" in page
        assert "<script>" not in page
    assert (await api.get("/postvak/m2")).status_code == 404
