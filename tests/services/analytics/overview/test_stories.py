# SPDX-License-Identifier: EUPL-1.2
"""Stories: the overview knows which there are, and asks for their texts when a page is shown."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from pathlib import Path

import httpx
import pytest
from nats.aio.msg import Msg
from prometheus_client import CollectorRegistry
from sqlalchemy import Connection

from services.analytics.__main__ import SERVICE
from shared.contracts import surveys as s
from shared.contracts.refusals import NotFound
from shared.http.app import create_app
from shared.messaging.broker import Bus
from shared.messaging.requests import Answerer, serve
from shared.store import Database
from tests.access import DOOR
from tests.conftest import NatsServer
from tests.services.analytics import history as h
from tests.services.analytics.conftest import Analytics
from tests.services.analytics.history import History
from tests.services.analytics.overview.test_pages import page

AWAY = "De verhalen zijn nu even niet te lezen. Probeer het later opnieuw."
PATHS = ["/", "/kernen/noordoever"]
KERN = ("noordoever",)
TEXTS = {"s-1": "Er was <b>koek</b>.\nEn thee.", "s-2": "Zij belden terug."}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: what matters here is the bus."""
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def told(analytics: Analytics) -> Analytics:
    told = (
        History()
        .say("s-1", h.published(KERN, date(2022, 1, 1)))
        .say("s-2", h.published(KERN, date(2022, 2, 1)))
        .say("gone", h.published(KERN, date(2022, 3, 1)))
        .say("back", h.published(KERN, date(2022, 4, 1)))
        .say("back", h.taken_back(KERN, date(2022, 5, 1)))
    )
    analytics.take(told.events)
    return analytics


def text_of(_connection: Connection, question: s.StoryQuestion) -> s.StoryText:
    if question.story_id not in TEXTS:
        raise NotFound("withdrawn a moment ago")
    return s.StoryText(text=TEXTS[question.story_id], kern="noordoever", theme="water")


@asynccontextmanager
async def connected(url: str, name: str, **answering: object) -> AsyncIterator[Bus]:
    bus = Bus(url, name)
    if answering:
        bus.prepare = partial(serve, **answering)  # type: ignore[arg-type]
    bus.start()
    await bus.connection()
    yield bus
    await bus.stop()


@asynccontextmanager
async def pages(analytics: Analytics, bus: Bus | None) -> AsyncIterator[httpx.AsyncClient]:
    async def ready() -> dict[str, str]:
        return {}

    app = create_app(SERVICE, analytics.transactions, ready, CollectorRegistry(), DOOR)
    app.state.bus = bus
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost"
    ) as client:
        yield client


def test_which_stories_there_are(told: Analytics) -> None:
    assert told.kern("noordoever").story_ids == told.whole().story_ids == ("gone", "s-2", "s-1")
    assert told.kern("zuidoever").story_ids == ()


@pytest.mark.parametrize("path", PATHS)
async def test_the_texts_are_those_of_their_owner_now(
    told: Analytics, own_nats_server: NatsServer, path: str
) -> None:
    owner = {"database": Database("sqlite://", "surveys"), "questions": (_reply(),)}
    url = own_nats_server.url
    asker = connected(url, "analytics")
    async with connected(url, "surveys", **owner), asker as bus, pages(told, bus) as client:
        texts = (await page(client, path)).texts
    assert "Zij belden terug." in texts
    assert "Er was <b>koek</b>. En thee." in texts, "text, not markup"
    assert "Een inwoner van Noordoever · Water" in texts
    assert AWAY not in texts, "one that is gone is not missed"


def _reply() -> Answerer[s.StoryQuestion, s.StoryText]:
    return Answerer("surveys.story", s.StoryQuestion, text_of)


@pytest.mark.parametrize("path", PATHS)
async def test_the_page_is_there_when_nobody_answers(
    told: Analytics, own_nats_server: NatsServer, path: str
) -> None:
    async with connected(own_nats_server.url, "analytics") as bus, pages(told, bus) as client:
        assert AWAY in (await page(client, path)).texts


async def test_an_owner_that_hangs_is_not_waited_for_long(
    told: Analytics, own_nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.http.endpoint.WAIT", 0.2)
    url = own_nats_server.url
    async with connected(url, "silent") as silent, connected(url, "analytics") as bus:
        await silent.broker.connection.subscribe("surveys.story")
        await silent.broker.connection.flush()
        async with pages(told, bus) as client:
            assert AWAY in (await page(client, "/kernen/noordoever")).texts


async def test_all_texts_are_asked_for_at_once(told: Analytics, own_nats_server: NatsServer) -> None:
    """The owner answers none before it has heard of all three."""
    url, heard = own_nats_server.url, list[Msg]()

    async def hears(question: Msg) -> None:
        heard.append(question)
        if len(heard) == 3:
            for each in heard:
                await each.respond(b'{"error": "not-found", "detail": "withdrawn"}')

    async with connected(url, "surveys") as owner, connected(url, "analytics") as bus:
        await owner.broker.connection.subscribe("surveys.story", cb=hears)
        await owner.broker.connection.flush()
        async with pages(told, bus) as client:
            assert AWAY not in (await page(client, "/kernen/noordoever")).texts


@pytest.mark.parametrize("path", PATHS)
async def test_the_page_is_there_without_a_bus(
    told: Analytics, own_nats_server: NatsServer, path: str
) -> None:
    async with connected(own_nats_server.url, "analytics") as bus, pages(told, bus) as client:
        own_nats_server.stop()
        assert AWAY in (await page(client, path)).texts
    async with pages(told, None) as client:
        assert AWAY in (await page(client, path)).texts
        assert "Er zijn nog geen verhalen." in (await page(client, "/kernen/zuidoever")).texts
