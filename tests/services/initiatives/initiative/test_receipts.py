# SPDX-License-Identifier: EUPL-1.2
"""The number on a receipt: people name an initiative by it, and it opens nothing."""

import asyncio

import httpx
from alembic import command
from sqlalchemy import text

from shared import migrate as room_of_migrations
from shared.messaging.transaction import Cause
from tests.services.initiatives.conftest import SUBMISSION, Room


def numbers(room: Room) -> list[str]:
    with room.database.reader.connect() as connection:
        return list(connection.execute(text("SELECT number FROM initiative ORDER BY id")).scalars())


async def test_it_has_the_year_of_receipt_and_opens_nothing(api: httpx.AsyncClient, room: Room) -> None:
    now = (await api.post("/v1/initiatives", json=SUBMISSION)).json()
    then = SUBMISSION | {"happenedOn": "2019-05-01", "origin": "import"}
    past = (await api.post("/v1/initiatives", json=then)).json()
    assert (now["number"], past["number"]) == ("WTR-2021-00001", "WTR-2019-00002")
    assert (await api.get(f"/v1/initiatives/{now['number']}")).status_code == 404
    found = await api.post("/v1/persons/searches", json={"initiativeId": now["number"]})
    assert found.status_code == 404
    assert "WTR-2021" not in str(room.events())


async def test_of_many_at_once_each_has_its_own(api: httpx.AsyncClient, room: Room) -> None:
    answers = await asyncio.gather(*(api.post("/v1/initiatives", json=SUBMISSION) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len(set(numbers(room))) == 8


def test_one_that_was_rolled_back_does_not_stand_in_the_way(room: Room) -> None:
    room.submit("i1")
    with room.database.engine.connect() as connection:
        room.transactions.begin(connection, Cause("because"))
        connection.execute(text("INSERT INTO receipt_serial (received_on) VALUES ('2021-06-16')"))
        connection.rollback()
    room.submit("i2")
    assert len(set(numbers(room))) == 2


def test_what_was_there_before_is_numbered_as_it_was_received(room: Room) -> None:
    room.submit("i1")
    room.submit("i2", happenedOn="2020-01-01", origin="import")
    database = room.database
    with database.engine.begin() as connection:
        for config in room_of_migrations._configs("services.initiatives"):
            if config.attributes["version_table"] != "alembic_service":
                continue
            config.attributes["connection"] = connection
            command.downgrade(config, "initiatives_0009")
            command.upgrade(config, "head")
    assert numbers(room) == ["2021-00002", "2020-00001"]
    room.submit("i3")
    assert numbers(room)[-1] == "WTR-2021-00003"
