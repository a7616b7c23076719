# SPDX-License-Identifier: EUPL-1.2
"""Who did what: a row in the act's own transaction, and none of what was not done."""

import httpx
import pytest
from sqlalchemy import select

from shared.access.record import forget, record
from shared.clock import utc_now
from shared.messaging.outbox import outbox
from tests.access import bearer
from tests.shared.http.conftest import TREE, Garden, client_of

ANNA = bearer(["editor"], subject="sub-anna", name="Anna de Vries")
KEY = {"Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}


def rows(place: Garden) -> list[tuple[str, ...]]:
    wanted = select(*(record.c[name] for name in ("issuer", "subject", "name", "role", "act", "about")))
    with place.database.reader.connect() as connection:
        return [tuple(row) for row in connection.execute(wanted.order_by(record.c.id))]


@pytest.fixture
def place(either: Garden) -> Garden:
    return either


async def test_an_act_is_recorded_with_who_did_it_and_in_which_role(place: Garden) -> None:
    async with client_of(place.app()) as client:
        answer = await client.post("/v1/trees", json=TREE, headers={**ANNA, **KEY})
        again = await client.post("/v1/trees", json=TREE, headers={**ANNA, **KEY})
    assert again.headers["idempotency-replayed"] == "true"
    made = answer.json()["id"]
    assert rows(place) == [("kernpuls", "sub-anna", "Anna de Vries", "editor", "POST /trees", made)]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (ANNA, TREE | {"kern": 7}, 400),
        (bearer(["controller"]), TREE, 403),
        ({"Authorization": ""}, TREE, 401),
    ],
)
async def test_what_is_refused_leaves_no_row(
    place: Garden, headers: dict[str, str], body: dict[str, object], status: int
) -> None:
    async with client_of(place.app()) as client:
        assert (await client.post("/v1/trees", json=body, headers=headers)).status_code == status
    assert rows(place) == []
    assert await place.counts() == (0, 0)


async def test_of_an_act_that_is_undone_there_is_no_row(
    place: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.http.idempotency.keep", lambda *_: 1 / 0)
    async with client_of(place.app()) as client:
        assert (await client.post("/v1/trees", json=TREE, headers={**ANNA, **KEY})).status_code == 500
    assert rows(place) == []


async def test_the_name_is_in_no_event_and_no_answer(
    place: Garden, capsys: pytest.CaptureFixture[str]
) -> None:
    async with client_of(place.app()) as client:
        answer = await client.post("/v1/trees", json=TREE, headers=ANNA)
        refused = await client.post("/v1/trees/none/fellings", headers=ANNA)
    with place.database.reader.connect() as connection:
        written = str(connection.execute(select(outbox)).all())
    for text in (written, answer.text, refused.text, capsys.readouterr().out):
        assert "Anna" not in text
        assert "sub-anna" not in text


async def test_a_key_is_its_senders(place: Garden) -> None:
    other = bearer(["editor"], subject="sub-other")
    async with client_of(place.app()) as client:
        assert (await client.post("/v1/trees", json=TREE, headers={**ANNA, **KEY})).status_code == 201
        refused = await client.post("/v1/trees", json=TREE, headers={**other, **KEY})
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency-key-reused")


async def test_it_is_destroyed_after_its_term(place: Garden) -> None:
    async with client_of(place.app()) as client:
        await client.post("/v1/trees", json=TREE, headers=ANNA)
    with place.database.engine.begin() as connection:
        forget(connection, utc_now())
    assert rows(place) == []


async def test_without_a_token_anybody_hears_how_to_come_in(place: Garden) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=place.app()), base_url="http://localhost"
    ) as nobody:
        refused = await nobody.post(
            "/v1/trees", content=b"not even JSON", headers={"content-type": "text/csv"}
        )
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
