# SPDX-License-Identifier: EUPL-1.2
"""Stories: told with consent, shown after review, erased on request; the words never travel in an event."""

from typing import Any

import httpx
import pytest
from faststream.nats import NatsBroker
from sqlalchemy import inspect, text

from services.surveys.__main__ import SERVICE
from shared.contracts.surveys import StoryQuestion, StoryText
from shared.messaging.requests import NoAnswer, ask, serve
from tests.conftest import NatsServer
from tests.services.surveys.conftest import Desk

STORY: dict[str, Any] = {
    "kern": "zuidoever",
    "theme": "together",
    "initiativeId": "initiative-1",
    "text": "Kanarie vertelt:\nwij hebben samen een bank gemaakt.",
    "consent": True,
    "contact": "kanarie@voorbeeld.example",
}


async def post(api: httpx.AsyncClient, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
    return await api.post(f"/v1/{path}", json=body or {}, headers={"Idempotency-Key": f"key-of-{path}"})


async def told(api: httpx.AsyncClient, **changed: Any) -> str:
    answer = await api.post("/v1/stories", json=STORY | changed)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def stored(desk: Desk) -> str:
    """Everything in the store."""
    with desk.database.reader.connect() as connection:
        tables = inspect(connection).get_table_names()
        return "".join(str(connection.execute(text(f'SELECT * FROM "{name}"')).all()) for name in tables)


async def test_a_story_waits_for_its_review(api: httpx.AsyncClient, desk: Desk) -> None:
    answer = await post(api, "stories", STORY)
    assert (answer.status_code, answer.json()["state"]) == (201, "submitted")
    assert "Kanarie" not in answer.text
    (waiting,) = (await api.get("/v1/stories?state=submitted")).json()["items"]
    assert (waiting["text"], "contact" in waiting) == (STORY["text"], False)
    assert (await api.get(answer.headers["Location"])).json()["contact"] == STORY["contact"]
    assert (await api.get("/v1/stories?state=published")).json()["items"] == []
    assert desk.told() == []


async def test_a_published_story_is_told_without_its_words(api: httpx.AsyncClient, desk: Desk) -> None:
    story_id = await told(api)
    reviewed = await post(
        api, f"stories/{story_id}/reviews", {"publish": "yes", "editedText": "Wij maakten een bank."}
    )
    assert (reviewed.status_code, reviewed.json()["state"], reviewed.json()["allowed"]) == (
        201, "published", ["withdrawals"],
    )  # fmt: skip
    (event,) = desk.told()
    assert (event["type"], event["subject"]) == ("nl.kernpuls.story.published.v1", story_id)
    assert event["data"] == {
        "happenedOn": "2021-09-15",
        "kernen": ["zuidoever"],
        "actor": "official",
        "origin": "live",
        "theme": "together",
        "initiativeId": "initiative-1",
    }
    (shown,) = (await api.get("/v1/stories?state=published&kern=zuidoever")).json()["items"]
    assert shown["text"] == "Wij maakten een bank."
    everything = stored(desk)
    assert "anarie" not in everything, "the words that were edited out are gone, and so is the contact"


async def test_a_withdrawn_story_is_erased(api: httpx.AsyncClient, desk: Desk) -> None:
    story_id = await told(api)
    await post(api, f"stories/{story_id}/reviews", {"publish": "yes"})
    answer = await post(api, f"stories/{story_id}/withdrawals")
    assert (answer.status_code, answer.json()["state"]) == (201, "withdrawn")
    assert "anarie" not in stored(desk)
    published, withdrawn = desk.told()
    assert (withdrawn["type"], withdrawn["subject"], withdrawn["subjectsequence"]) == (
        "nl.kernpuls.story.withdrawn.v1", published["subject"], "2",
    )  # fmt: skip
    again = await api.post(f"/v1/stories/{story_id}/withdrawals", json={})
    assert (again.status_code, again.json()["code"]) == (409, "story-withdrawn")


@pytest.mark.parametrize(("path", "body"), [("reviews", {"publish": "no"}), ("withdrawals", {})])
async def test_what_was_never_shown_is_erased_without_a_word(
    api: httpx.AsyncClient, desk: Desk, path: str, body: dict[str, Any]
) -> None:
    story_id = await told(api)
    assert (await post(api, f"stories/{story_id}/{path}", body)).status_code == 201
    assert "anarie" not in stored(desk)
    assert desk.told() == []
    again = await api.post(f"/v1/stories/{story_id}/reviews", json={"publish": "yes"})
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"consent": False}, "consent"),
        ({"consent": "true"}, "consent"),
        ({"consent": 1}, "consent"),
        ({"kern": "atlantis"}, "kern"),
        ({"theme": "horoscopes"}, "theme"),
        ({"text": " "}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"text": "a\u202eb"}, "text"),
        ({"contact": ""}, "contact"),
        ({"surprise": 1}, "surprise"),
    ],
)
async def test_what_is_no_story_is_refused(
    api: httpx.AsyncClient, desk: Desk, changed: dict[str, Any], field: str
) -> None:
    answer = await api.post("/v1/stories", json=STORY | changed)
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (400, [field])
    assert (await api.get("/v1/stories")).json()["items"] == []


async def test_no_consent_said_is_no_consent(api: httpx.AsyncClient) -> None:
    answer = await api.post("/v1/stories", json={n: v for n, v in STORY.items() if n != "consent"})
    assert answer.status_code == 400


async def test_an_example_story_is_reviewed_as_one(api: httpx.AsyncClient, desk: Desk) -> None:
    example = await told(api, origin="example", happenedOn="2021-05-01")
    await post(api, f"stories/{example}/reviews", {"publish": "yes", "happenedOn": "2021-05-02"})
    assert {event["data"]["origin"] for event in desk.told()} == {"example"}
    real = await told(api)
    for body in ({"publish": "yes", "origin": "example"}, {"publish": "yes", "happenedOn": "2021-09-01"}):
        answer = await api.post(f"/v1/stories/{real}/reviews", json=body)
        assert answer.status_code in (400, 409)


async def test_who_shows_a_story_asks_for_its_words(
    api: httpx.AsyncClient, desk: Desk, nats_server: NatsServer
) -> None:
    story_id = await told(api)
    broker = NatsBroker(nats_server.url, logger=None)
    serve(broker, desk.database, SERVICE.questions)
    await broker.start()
    try:
        for state in ("submitted", "published", "withdrawn"):
            question = StoryQuestion(story_id=story_id)
            if state == "published":
                await post(api, f"stories/{story_id}/reviews", {"publish": "yes"})
                answer = await ask(broker, "surveys.story", question, StoryText)
                assert answer == StoryText(text=STORY["text"], kern="zuidoever", theme="together")
                await post(api, f"stories/{story_id}/withdrawals")
                continue
            with pytest.raises(NoAnswer) as silence:
                await ask(broker, "surveys.story", question, StoryText)
            assert silence.value.code == "not-found"
    finally:
        await broker.stop()
