# SPDX-License-Identifier: EUPL-1.2
"""When something breaks: a problem that tells what to do, nothing of the inside, nothing half done."""

import logging
import sqlite3

import httpx
import psycopg
import pytest
import structlog
from sqlalchemy import text
from structlog.typing import EventDict

from shared.store import Database
from tests.conftest import free_port
from tests.shared.http.conftest import TREE, Garden, client_of
from tests.shared.http.test_edge import CHAIN


async def test_a_failure_tells_nothing_of_the_inside(
    client: httpx.AsyncClient, logs: list[EventDict]
) -> None:
    answer = await client.get("/v1/failures", headers={"X-Correlation-Id": CHAIN})
    assert answer.status_code == 500
    assert "Anna" not in answer.text
    assert "RuntimeError" not in answer.text
    assert CHAIN in answer.json()["detail"]
    assert [line["event"] for line in logs] == ["request failed"]
    assert str(logs[0]["exc_info"]) == "the gardener is called Anna"


async def test_a_failure_is_logged_with_its_correlation_id(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.LogfmtRenderer()],
        logger_factory=structlog.PrintLoggerFactory(),
    )
    try:
        await client.get("/v1/failures", headers={"X-Correlation-Id": CHAIN})
    finally:
        structlog.reset_defaults()
    assert f"correlation_id={CHAIN}" in capsys.readouterr().out


async def test_what_a_caller_did_wrong_is_no_line_in_the_log(
    client: httpx.AsyncClient, logs: list[EventDict], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "shared"):
        for path in ("/v1/nothing", "/v1/trees/none", "/v1/trees?limit=0"):
            await client.get(path)
    assert logs == []
    assert caplog.records == []


def assert_away(answer: httpx.Response) -> None:
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert "Send it again" in answer.json()["detail"]


async def test_no_database_is_503(place: Garden) -> None:
    away = Database(f"postgresql://127.0.0.1:{free_port()}/none", "garden")
    async with client_of(place.app(away)) as client:
        assert_away(await client.get("/v1/trees"))
        assert_away(await client.post("/v1/trees", json=TREE, headers={"Idempotency-Key": "k"}))
        assert (await client.get("/health/live")).status_code == 200
    away.close()


async def test_a_locked_sqlite_is_503_and_then_well_again(place: Garden) -> None:
    path = str(place.database.engine.url.database)
    with place.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=100")  # of the one connection in the pool
    with sqlite3.connect(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        async with client_of(place.app()) as client:
            assert_away(await client.post("/v1/trees", json=TREE, headers={"Idempotency-Key": "k"}))
            other.rollback()
            again = await client.post("/v1/trees", json=TREE, headers={"Idempotency-Key": "k"})
    assert again.status_code == 201
    assert await place.counts() == (1, 1)


async def test_a_full_sqlite_is_503(place: Garden) -> None:
    with place.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    async with client_of(place.app()) as client:
        answers = [await client.post("/v1/trees", json={**TREE, "name": "x" * 100}) for _ in range(60)]
        assert_away(answers[-1])
        assert (await client.get("/v1/trees")).status_code == 200
    done = sum(answer.status_code == 201 for answer in answers)
    assert await place.counts() == (done, done)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_read_only_postgresql_is_503(either: Garden) -> None:
    with either.database.engine.begin() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    either.database.engine.dispose()
    async with client_of(either.app()) as client:
        assert_away(await client.post("/v1/trees", json=TREE))
        assert (await client.get("/v1/trees")).status_code == 200


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_row_that_stays_locked_is_503(either: Garden, database_url: str) -> None:
    async with client_of(either.app()) as client:
        tree = (await client.post("/v1/trees", json=TREE)).headers["location"]
        with psycopg.connect(database_url) as other:
            other.execute("SELECT * FROM probe.tree FOR UPDATE")
            assert_away(await client.post(f"{tree}/fellings", headers={"Idempotency-Key": "k"}))
        answer = await client.post(f"{tree}/fellings", headers={"Idempotency-Key": "k"})
    assert answer.status_code == 200


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_connections_that_were_cut_are_made_anew(either: Garden) -> None:
    async with client_of(either.app()) as client:
        assert (await client.post("/v1/trees", json=TREE)).status_code == 201
        with either.database.engine.connect() as connection:
            cut = text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database()"
            )
            connection.execute(cut)
        assert (await client.post("/v1/trees", json=TREE)).status_code == 201
    assert await either.counts() == (2, 2)
