# SPDX-License-Identifier: EUPL-1.2
"""What is read at once is of one moment."""

import threading

from sqlalchemy import Connection, text

from shared.store import Database


async def test_a_read_does_not_see_what_is_written_meanwhile(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE mark (value integer)"))
        connection.execute(text("INSERT INTO mark VALUES (1)"))

    def change() -> None:
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE mark SET value = 2"))

    def twice(connection: Connection) -> list[int]:
        before = connection.execute(text("SELECT value FROM mark")).scalar_one()
        other = threading.Thread(target=change)
        other.start()
        other.join()
        return [before, connection.execute(text("SELECT value FROM mark")).scalar_one()]

    assert await database.read(twice) == [1, 1]
    assert await database.read(lambda c: c.execute(text("SELECT value FROM mark")).scalar_one()) == 2
