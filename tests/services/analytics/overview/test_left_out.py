# SPDX-License-Identifier: EUPL-1.2
"""What the overview cannot show is left out, and everybody sees the rest."""

from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from services.analytics.handlers import project
from services.analytics.read_model.cells import PLACES
from services.analytics.read_model.tables import entity, place
from shared.contracts import surveys as s
from shared.contracts.envelope import Event
from shared.messaging.decode import FOREIGN
from shared.messaging.transaction import Cause
from tests.services.analytics import history as h
from tests.services.analytics.conftest import Analytics
from tests.services.analytics.history import History

KERN, DAY, TODAY = ("noordoever",), date(2022, 3, 1), date(2023, 6, 15)
PAGES = ("/", "/kernen/noordoever", "/?year=2022", "/kernen/noordoever?year=2022")
ANSWERS = ("/v1/overview", "/v1/kernen", "/v1/kernen/noordoever/overview")
KINDS = sorted(str(kind.__dataclass_fields__["kind"].default) for kind in PLACES)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: what is read is the same on both databases."""
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


def whole() -> History:
    """Two of every kind of entity that a list shows."""
    survey: dict[str, Any] = {"instrument": "pulse", "audience": "residents", "title": "Het plein"}
    survey |= {"access": "open", "opens_on": DAY, "closes_on": date(2023, 12, 31)}
    score: dict[str, Any] = {
        "area": "netherlands",
        "instrument": "burgerpeiling",
        "indicator": "say-in-plans",
    }
    score |= {"unit": "mark", "value": 6.1, "n": None, "source": "Burgerpeiling"}
    known = History().say("y-2022", h.adopted(2022, shore=9_000_00))
    for number in (1, 2):
        kern = KERN if number == 1 else ("zuidoever",)
        known.say(f"i-{number}", h.submitted(kern, DAY), h.assessed(kern, DAY, title=f"Steiger {number}"))
        known.say(f"g-{number}", h.grant("allocated", kern, 2022, 900, f"i-{number}"))
        known.say(f"o-{number}", h.registered(kern, DAY, name=f"Club {number}"))
        known.say(f"a-{number}", h.appointed(kern, DAY))
        known.say(f"q-{number}", s.SurveyOpened(**h.facts(kern, DAY), **survey))
        known.say(f"r-{number}", h.measured((), 2018 + number, 6.0))
        known.say(f"k-{number}", h.measured(KERN, 2018 + number, 5.0))
        known.say(f"b-{number}", s.BenchmarkRecorded(**h.facts((), DAY), year=2018 + number, **score))
        known.say(f"s-{number}", h.published(kern, DAY))
        known.say(f"p-{number}", h.considered(kern, DAY), h.asked(kern, DAY), h.held(kern, DAY, 5))
        known.say(f"n-{number}", h.linked(kern[0], DAY, "o-1"))
        known.say(f"m-{number}", h.met(f"milestone-{number}", DAY))
    return known


async def all_answer(client: httpx.AsyncClient) -> None:
    for path in PAGES:
        assert (await client.get(path, headers={"accept": "text/html"})).status_code == 200, path
    for path in ANSWERS:
        assert (await client.get(path)).status_code == 200, path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", ["{}", "no JSON", '{"kind": "unknown"}'])
async def test_an_entity_that_cannot_be_read(
    analytics: Analytics, client: httpx.AsyncClient, kind: str, document: str
) -> None:
    analytics.take(whole().events)
    listed = select(place.c.subject).where(place.c.kind == kind)
    with analytics.database.engine.begin() as connection:
        broken = update(entity).where(entity.c.subject.in_(listed)).values(document=document)
        assert connection.execute(broken).rowcount, "there is one of every kind"
    await all_answer(client)
    assert analytics.whole().initiatives.total == 2, "the figures are there"


async def test_one_that_cannot_be_read_does_not_hide_the_next(
    analytics: Analytics, client: httpx.AsyncClient
) -> None:
    analytics.take(History().say("i-3", h.submitted(KERN, DAY)).events + whole().events)
    with analytics.database.engine.begin() as connection:
        connection.execute(update(entity).where(entity.c.subject == "i-3").values(document="{}"))
    assert [it.title for it in analytics.kern("noordoever").latest] == ["Steiger 1"]


async def test_an_event_in_the_name_of_another(analytics: Analytics, client: httpx.AsyncClient) -> None:
    """It has no effect and takes no number: the owner's next event has the same one, and is taken."""
    known = whole()
    analytics.take(known.events)
    before = analytics.fingerprint()
    owner = next(event for event in known.events if event.subject == "i-1")
    forged = History().say("i-1", h.grant("reserved", KERN, 2022, 900)).events[0]
    taken = analytics.take([_again(forged, source=owner.source, subjectsequence="3")])
    assert [parking.reason for parking in taken.parkings] == [FOREIGN]
    assert analytics.fingerprint() == before
    await all_answer(client)
    real = History().say("i-1", h.started(KERN, DAY)).events[0]
    analytics.take([_again(real, subjectsequence="3")])
    await all_answer(client)
    assert [it.state for it in analytics.kern("noordoever").latest] == ["started"]


async def test_a_subject_that_became_another_thing(analytics: Analytics, client: httpx.AsyncClient) -> None:
    """By an event that a decoder let through; the owner's next event makes it what it was."""
    known = whole()
    analytics.take(known.events)
    owner = next(event for event in known.events if event.subject == "i-1")
    forged = History().say("i-1", h.grant("reserved", KERN, 2022, 900)).events[0]
    _fold(analytics, _again(forged, source=owner.source, subjectsequence="3"))
    await all_answer(client)
    assert analytics.kern("noordoever").latest == (), "it is no initiative now"
    real = History().say("i-1", h.started(KERN, DAY)).events[0]
    analytics.take([_again(real, subjectsequence="3")])
    await all_answer(client)
    assert [it.state for it in analytics.kern("noordoever").latest] == ["started"]


async def test_kernen_and_codes_that_it_does_not_know(
    analytics: Analytics, client: httpx.AsyncClient
) -> None:
    away = ("noordoever", "atlantis")
    unknown = {"rung": "dictate", "form": "on-the-moon", "groups": ("martians",)}
    held = h.held(away, DAY, 5).model_copy(update=unknown)
    point = h.concluded(away, DAY).points[0].model_copy(update={"use": "forgotten"})  # type: ignore[attr-defined]
    ended = h.concluded(away, DAY).model_copy(update={"points": (point,), "rung": "dictate"})
    known = whole().say("p-9", h.considered(away, DAY), held, ended)
    known.say("i-9", h.submitted(away, DAY, theme="ufos"), h.assessed(away, DAY, title="Verder"))
    known.say("g-9", h.grant("declined", ("atlantis",), 1999 + 30, 5, "i-9", reason="no-room", line="moon"))
    known.say("g-8", h.grant("allocated", (), 2022, 5, "i-8", line="moon"))
    known.say("o-9", h.registered(away, DAY, name="Ver weg"))
    known.say("n-1", h.linked("noordoever", DAY, "i-1"))  # which is no organisation
    known.say("r-9", h.measured(("atlantis",), 2022, 6.0, indicator="happiness"))
    known.say("w-9", h.measured((), 2022, 6.0, indicator="happiness"))
    for event in known.events:
        _fold(analytics, event)
    await all_answer(client)
    assert "Verder" in [it.title for it in analytics.kern("noordoever").latest]
    assert (await client.get("/kernen/atlantis")).status_code == 404


def _fold(analytics: Analytics, event: Event[Any]) -> None:
    """Past the decoder, which refuses what this release does not know: another release knows it."""
    with analytics.database.engine.begin() as connection:
        project(event, analytics.transactions.begin(connection, Cause(event.id)))


def _again(event: Event[Any], **changes: str) -> Event[Any]:
    return event.model_copy(update={"id": f"{event.id}-{changes['subjectsequence']}"} | changes)
