# SPDX-License-Identifier: EUPL-1.2
"""The news as other people's readers take it: valid by the RFC's own schema, and fresh when it changed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest
from lxml import etree
from sqlalchemy import update

from services.notifications.feed.atom import ATOM, Item, atom
from services.notifications.feed.tables import feed_item
from shared.contracts.budget import GrantAllocated
from shared.contracts.examples import example
from shared.contracts.examples.initiatives import ASSESSED
from shared.contracts.initiatives import InitiativeStarted
from shared.contracts.initiatives.life import InitiativePublicationCorrected
from shared.municipality import Municipality
from shared.store import Database
from tests.services.notifications.conftest import INITIATIVE, Clock, Hear

GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).parents[3] / "standards" / "atom.rng"))
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def valid(document: bytes) -> ET.Element:
    """By the grammar, and by the two rules of the RFC that no grammar says."""
    GRAMMAR.assertValid(etree.fromstring(document))
    feed = ET.fromstring(document)
    for entry in feed.findall(f"{{{ATOM}}}entry"):
        links = [link for link in entry.findall(f"{{{ATOM}}}link") if link.get("rel") in ("alternate", None)]
        assert links or entry.find(f"{{{ATOM}}}content") is not None
    assert feed.find(f"{{{ATOM}}}author") is not None, "of every entry, too"
    for link in feed.iter(f"{{{ATOM}}}link"):
        assert (link.get("href") or "").startswith("https://dorpen.example/"), (
            "the same everywhere it is read"
        )
    return feed


@pytest.fixture(autouse=True)
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERNPULS_PUBLIC_URL", "https://dorpen.example")


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


async def test_feeds_are_valid_with_news_and_without(api: httpx.AsyncClient, hear: Hear) -> None:
    for path in ("/v1/feed", "/v1/kernen/noordoever/feed"):
        assert valid((await api.get(path)).content).find(f"{{{ATOM}}}entry") is None
    hear(ASSESSED)
    hear(example(GrantAllocated).data.model_copy(update={"kernen": ("noordoever",)}), subject="g1")
    for path in ("/v1/feed", "/v1/kernen/noordoever/feed"):
        assert len(valid((await api.get(path)).content).findall(f"{{{ATOM}}}entry")) == 2


async def test_without_a_public_address_links_begin_with_that_of_the_site(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KERNPULS_PUBLIC_URL")
    assert b'href="http://127.0.0.1:8000/nieuws"' in (await api.get("/v1/feed")).content


async def test_what_the_feed_links_to_is_there_and_links_back(api: httpx.AsyncClient, hear: Hear) -> None:
    hear(ASSESSED)
    feed = ET.fromstring((await api.get("/v1/kernen/noordoever/feed")).content)
    entry = feed.find(f"{{{ATOM}}}entry")
    assert entry is not None
    link = entry.find(f"{{{ATOM}}}link")
    assert link is not None
    address, _, anchor = str(link.get("href")).removeprefix("https://dorpen.example").partition("#")
    page = (await api.get(address)).text
    assert f'id="{anchor}"' in page
    assert ASSESSED.public_title in page
    assert (
        '<link rel="alternate" type="application/atom+xml" href="/notifications/v1/kernen/noordoever/feed"'
        in page
    )
    assert "Er is nog geen nieuws." not in page
    assert (await api.get("/nieuws")).status_code == 200
    assert (await api.get("/nieuws/atlantis")).status_code == 404


async def test_a_correction_moves_all_news_of_its_initiative_and_no_other(
    api: httpx.AsyncClient, hear: Hear, clock: Clock
) -> None:
    hear(ASSESSED)
    hear(example(InitiativeStarted).data.model_copy(update={"kernen": ("noordoever",)}))
    hear(ASSESSED, subject="another")
    before = await entries(api)
    clock.forward(minutes=5)
    hear(example(InitiativePublicationCorrected).data)
    after = await entries(api)
    moved = {one for one in before if after[one] != before[one]}
    assert len(before) == 3
    assert len(moved) == 2
    for one in moved:
        assert after[one][0] > before[one][0], "a reader fetches again what has a later time"


async def entries(api: httpx.AsyncClient) -> dict[str, tuple[str, str]]:
    feed = ET.fromstring((await api.get("/v1/feed")).content)
    found = feed.findall(f"{{{ATOM}}}entry")
    return {
        str(entry.findtext(f"{{{ATOM}}}id")): (
            str(entry.findtext(f"{{{ATOM}}}updated")),
            str(entry.findtext(f"{{{ATOM}}}title")),
        )
        for entry in found
    }


async def test_who_has_the_newest_gets_nothing_again(api: httpx.AsyncClient, hear: Hear) -> None:
    hear(ASSESSED)
    first = await api.get("/v1/feed")
    again = await api.get("/v1/feed", headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    hear(example(InitiativePublicationCorrected).data)
    assert (await api.get("/v1/feed", headers={"If-None-Match": first.headers["etag"]})).status_code == 200


async def test_one_character_that_xml_cannot_hold_spoils_nothing(
    api: httpx.AsyncClient, hear: Hear, notices: Database
) -> None:
    """Such titles are refused now; some were taken before."""
    hear(ASSESSED)
    facts = {"publicTitle": "bank\uffff\x08je", "publicSummary": "\ufffe", "origin": "live"}
    await notices.write(lambda c: c.execute(update(feed_item).values(facts=facts)))
    feed = valid((await api.get("/v1/feed")).content)
    assert "bank\ufffd\ufffdje" in ET.tostring(feed, encoding="unicode")
    assert (await api.get("/nieuws")).status_code == 200


@pytest.mark.parametrize(
    "character", ["\0", "\x1f", "\x7f", "\x85", "\ufffe", "\uffff", "\U0001fffe", "&", "<", "]]>"]
)
def test_every_character_leaves_a_document(character: str, municipality: Municipality) -> None:
    item = Item(INITIATIVE, f"a{character}b", character, NOW.date(), NOW + timedelta(hours=1), False)
    document = atom([item], "noordoever", "https://dorpen.example", municipality)
    assert valid(document).findtext(f"{{{ATOM}}}updated") == "2026-03-01T10:00:00+00:00"


@pytest.mark.parametrize("broken", [{"facts": {}}, {"facts": [1]}, {"template": "never-written"}])
async def test_news_that_cannot_be_shown_hides_no_other(
    api: httpx.AsyncClient, hear: Hear, notices: Database, broken: dict[str, object]
) -> None:
    hear(ASSESSED, subject="one")
    hear(ASSESSED, subject="other")
    spoilt = update(feed_item).where(feed_item.c.about == "one").values(broken)
    await notices.write(lambda c: c.execute(spoilt))
    for address in ("/v1/kernen/noordoever/feed", "/nieuws/noordoever"):
        answer = await api.get(address, headers={"accept": "text/html"})
        assert answer.status_code == 200
        assert answer.text.count(ASSESSED.public_title) == 1
