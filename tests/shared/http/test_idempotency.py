# SPDX-License-Identifier: EUPL-1.2
"""A command that is sent again has no second effect, on both databases, one by one and all at once."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, select

from shared.clock import utc_now
from shared.forgetting import ANSWERS
from shared.http.idempotency import forget, idempotency
from shared.migrate import migrate
from shared.store import Database
from tests.shared.http.conftest import TREE, Garden, client_of

KEY = {"Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}


async def test_the_same_key_has_one_effect_and_one_answer(either: Garden) -> None:
    async with client_of(either.app()) as client:
        first = await client.post("/v1/trees", json=TREE, headers=KEY)
        again = await client.post("/v1/trees", json=TREE, headers=KEY)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first.headers["location"] == again.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await either.counts() == (1, 1)


async def test_a_clock_that_steps_gives_no_second_effect(either: Garden) -> None:
    """Neither between the two, nor when what is old is forgotten meanwhile by a clock that is a day ahead."""
    app, day = either.app(), timedelta(days=1)
    transactions, begun = app.state.transactions, utc_now()
    async with client_of(app) as client:
        for number, by in enumerate((timedelta(hours=1), -timedelta(hours=1), day, -day), 1):
            key = {"Idempotency-Key": f"step-{number}"}
            transactions.clock = lambda: begun
            first = await client.post("/v1/trees", json=TREE, headers=key)
            transactions.clock = lambda by=by: begun + by
            await either.database.write(lambda c: forget(c, transactions.clock() - ANSWERS))
            again = await client.post("/v1/trees", json=TREE, headers=key)
            transactions.clock = lambda: begun + 6 * day
            await either.database.write(lambda c: forget(c, transactions.clock() - ANSWERS))
            late = await client.post("/v1/trees", json=TREE, headers=key)
            assert first.content == again.content == late.content
            assert await either.counts() == (number, number)


async def test_without_a_key_each_request_counts(either: Garden) -> None:
    async with client_of(either.app()) as client:
        first, second = [(await client.post("/v1/trees", json=TREE)).json()["id"] for _ in range(2)]
    assert first != second
    assert await either.counts() == (2, 2)


async def test_another_request_under_the_same_key_is_refused(either: Garden) -> None:
    async with client_of(either.app()) as client:
        await client.post("/v1/trees", json=TREE, headers=KEY)
        answer = await client.post("/v1/trees", json={**TREE, "name": "Elm"}, headers=KEY)
    assert answer.status_code == 409
    assert answer.json()["code"] == "idempotency-key-reused"
    assert "new key" in answer.json()["detail"]
    assert await either.counts() == (1, 1)


async def test_a_key_belongs_to_one_address(either: Garden) -> None:
    async with client_of(either.app()) as client:
        trees = [(await client.post("/v1/trees", json=TREE)).json()["id"] for _ in range(2)]
        answers = [await client.post(f"/v1/trees/{tree}/fellings", headers=KEY) for tree in trees]
    assert [answer.json()["id"] for answer in answers] == trees
    assert all("idempotency-replayed" not in answer.headers for answer in answers)


async def test_a_refused_command_can_be_repaired_under_its_key(either: Garden) -> None:
    async with client_of(either.app()) as client:
        assert (await client.post("/v1/trees/later/fellings", headers=KEY)).status_code == 404
        assert (await client.post("/v1/trees", json={}, headers=KEY)).status_code == 400
        assert (await client.post("/v1/trees", json=TREE, headers=KEY)).status_code == 201
    assert await either.counts() == (1, 1)


async def test_a_state_that_the_command_itself_changed_is_no_refusal(either: Garden) -> None:
    async with client_of(either.app()) as client:
        tree = (await client.post("/v1/trees", json=TREE)).headers["location"]
        first = await client.post(f"{tree}/fellings", headers=KEY)
        again = await client.post(f"{tree}/fellings", headers=KEY)
        other = await client.post(f"{tree}/fellings", headers={"Idempotency-Key": "another"})
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert other.status_code == 409
    assert other.json() == {
        "status": 409,
        "title": "Conflict",
        "detail": "This tree was felled before.",
        "code": "already-felled",
        "allowed": ["replant"],
    }


async def test_all_at_once_has_one_effect(either: Garden) -> None:
    async with client_of(either.app()) as client:
        answers = await asyncio.gather(*(client.post("/v1/trees", json=TREE, headers=KEY) for _ in range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await either.counts() == (1, 1)


async def test_all_at_once_on_one_thing_has_one_effect(either: Garden) -> None:
    async with client_of(either.app()) as client:
        tree = (await client.post("/v1/trees", json=TREE)).headers["location"]
        same = await asyncio.gather(*(client.post(f"{tree}/fellings", headers=KEY) for _ in range(16)))
        others = await asyncio.gather(*(client.post(f"{tree}/fellings") for _ in range(4)))
    assert {answer.status_code for answer in same} == {200}
    assert sum("idempotency-replayed" not in answer.headers for answer in same) == 1
    assert {answer.status_code for answer in others} == {409}


async def test_many_keys_at_once_are_many_effects(either: Garden) -> None:
    async with client_of(either.app()) as client:
        answers = await asyncio.gather(
            *(
                client.post("/v1/trees", json=TREE, headers={"Idempotency-Key": f"k{n % 8}"})
                for n in range(24)
            )
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 8
    assert await either.counts() == (8, 8)


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a b", "tab\there", "é"])
async def test_a_key_that_is_none(client: httpx.AsyncClient, place: Garden, key: str) -> None:
    headers = [(b"Idempotency-Key", key.encode("latin-1"))]
    answer = await client.post("/v1/trees", json=TREE, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert await place.counts() == (0, 0)


async def test_the_longest_key(client: httpx.AsyncClient) -> None:
    answers = [
        await client.post("/v1/trees", json=TREE, headers={"Idempotency-Key": "x" * 255}) for _ in range(2)
    ]
    assert answers[0].content == answers[1].content


async def test_old_answers_can_be_forgotten(either: Garden) -> None:
    async with client_of(either.app()) as client:
        await client.post("/v1/trees", json=TREE, headers=KEY)
        now = datetime.now(UTC)
        assert await either.database.write(lambda c: forget(c, now - timedelta(days=1))) == 0
        assert await either.database.write(lambda c: forget(c, now + timedelta(days=1))) == 1
        await client.post("/v1/trees", json=TREE, headers=KEY)
    assert await either.counts() == (2, 2)


async def test_an_answer_is_stored_with_its_effect_or_not_at_all(either: Garden) -> None:
    async with client_of(either.app()) as client:
        await client.post("/v1/trees/none/fellings", headers=KEY)
    assert await either.database.read(lambda c: c.execute(select(idempotency)).all()) == []


def test_the_migration_makes_this_table(database: Database) -> None:
    migrate(database, "services.budget")
    wanted = MetaData()
    idempotency.to_metadata(wanted)
    with database.engine.connect() as connection:
        options = {"include_name": lambda name, kind, _parents: kind != "table" or name == "idempotency"}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, wanted) == []


async def test_the_same_request_written_differently_is_the_same(client: httpx.AsyncClient) -> None:
    first = await client.post("/v1/trees", json=TREE, headers=KEY)
    headers = {**KEY, "Content-Type": "application/json; charset=utf-8"}
    written = json.dumps(dict(reversed(TREE.items())), indent=2)
    again = await client.post("/v1/trees", content=written, headers=headers)
    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"
