# SPDX-License-Identifier: EUPL-1.2
"""A command whose connection to PostgreSQL is lost: before its commit it runs again, at its commit it is
answered as the store says.
"""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from sqlalchemy import Connection

from shared.http import idempotency
from shared.messaging import outbox
from shared.store import Database
from tests.shared.http.conftest import TREE, Garden, client_of
from tests.shared.http.wire import UNANSWERED, UNHEARD, Wire, wire_to
from tests.shared.test_outage import idle_for_too_long

KEY = {"Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.mark.parametrize("step", [(outbox, "append"), (idempotency, "keep")])
async def test_a_command_whose_connection_is_lost_before_its_commit_runs_again(
    either: Garden, monkeypatch: pytest.MonkeyPatch, step: tuple[object, str]
) -> None:
    """Its thread waited too long for a processor: before its events were written, or before the commit."""
    room, name = step
    write: Callable[..., None] = getattr(room, name)
    times: list[int] = []

    def late(connection: Connection, *arguments: object) -> None:
        times.append(1)
        if len(times) == 1:
            idle_for_too_long(connection)
        write(connection, *arguments)

    monkeypatch.setattr(room, name, late)
    async with client_of(either.app()) as client:
        answer = await client.post("/v1/trees", json=TREE, headers=KEY)
    assert answer.status_code == 201
    assert "idempotency-replayed" not in answer.headers
    assert len(times) == 2
    assert await either.counts() == (1, 1)


@pytest.fixture
async def wire(database_url: str) -> AsyncIterator[Wire]:
    async with wire_to(database_url) as wire:
        yield wire


@pytest.fixture
async def client(either: Garden, wire: Wire) -> AsyncIterator[httpx.AsyncClient]:
    """Of the garden behind the wire."""
    database = Database(wire.url, "probe")
    async with client_of(either.app(database)) as client:
        yield client
    database.close()


async def test_a_command_that_loses_its_connection_without_a_word_runs_again(
    either: Garden, wire: Wire, client: httpx.AsyncClient
) -> None:
    """As when the network fails: PostgreSQL gives no reason."""
    wire.cut, wire.on = UNHEARD, b"INSERT INTO tree"
    answer = await client.post("/v1/trees", json=TREE, headers=KEY)
    assert wire.cut == ""
    assert answer.status_code == 201
    assert "idempotency-replayed" not in answer.headers
    assert await either.counts() == (1, 1)


async def test_a_commit_without_an_answer_is_answered_from_the_store(
    either: Garden, wire: Wire, client: httpx.AsyncClient
) -> None:
    wire.cut = UNANSWERED
    answer = await client.post("/v1/trees", json=TREE, headers=KEY)
    assert wire.cut == ""
    assert answer.status_code == 201
    assert answer.headers["idempotency-replayed"] == "true"
    again = await client.post("/v1/trees", json=TREE, headers=KEY)
    assert again.content == answer.content
    assert await either.counts() == (1, 1)


async def test_a_commit_that_was_not_heard_can_be_sent_again(
    either: Garden, wire: Wire, client: httpx.AsyncClient
) -> None:
    wire.cut = UNHEARD
    answer = await client.post("/v1/trees", json=TREE, headers=KEY)
    assert answer.status_code == 503
    assert "under the same Idempotency-Key" in answer.json()["detail"]
    assert await either.counts() == (0, 0)
    assert (await client.post("/v1/trees", json=TREE, headers=KEY)).status_code == 201
    assert await either.counts() == (1, 1)


@pytest.mark.parametrize(("where", "effects"), [(UNHEARD, 0), (UNANSWERED, 1)])
async def test_without_a_key_a_lost_commit_is_not_run_again(
    either: Garden, wire: Wire, client: httpx.AsyncClient, where: str, effects: int
) -> None:
    """We would not know whether it was recorded, so whoever sent it looks."""
    wire.cut = where
    answer = await client.post("/v1/trees", json=TREE)
    assert answer.status_code == 503
    assert "see first whether it was recorded" in answer.json()["detail"]
    assert await either.counts() == (effects, effects)
