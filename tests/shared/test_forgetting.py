# SPDX-License-Identifier: EUPL-1.2
"""What the plumbing keeps goes when its time is over, and not before."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select

from shared.forgetting import ANSWERS, CLOSED, forget
from shared.http.idempotency import Key, StoredAnswer, idempotency, keep
from shared.messaging import desk, parked
from shared.messaging.decode import decode
from shared.messaging.parked import Parking
from shared.messaging.transaction import Cause, Transaction
from shared.migrate import migrate
from shared.municipality import Municipality
from shared.store import Database
from tests.conftest import WATERRIJK, OpenDatabase

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HEADERS = {"X-From": "kanarie"}
SECOND = timedelta(seconds=1)


def forgotten_at(database: Database, municipality: Municipality, now: datetime) -> None:
    with database.engine.begin() as connection:
        forget(Transaction(connection, now, municipality, Cause("c")))


def test_answers_requests_and_closed_letters_are_forgotten(
    open_database: OpenDatabase, municipality: Municipality
) -> None:
    database = open_database("budget")
    migrate(database, "services.budget")
    with database.engine.begin() as connection:
        keep(connection, Key("POST /v1/x", "k", "h"), StoredAnswer(201, None, b"kanarie"), NOW)
        connection.execute(
            insert(desk.requests).values(action="a", arguments="kanarie", asked_at=NOW, done_at=NOW)
        )
        desk.ask(connection, "open", {"kanarie": 1}, NOW)
        for payload in (b"kanarie open", b"kanarie closed"):
            parked.add(
                connection,
                [Parking(decode("a.b", payload, WATERRIJK, HEADERS), "dead", "kanarie", "kanarie")],
                NOW,
            )
        parked.close(connection, 2, "somebody", "read it", NOW)

    def left() -> tuple[int, int, list[bytes]]:
        with database.reader.connect() as connection:
            letters = connection.execute(
                select(parked.parked.c.payload).order_by(parked.parked.c.id)
            ).scalars()
            counts = [
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (idempotency, desk.requests)
            ]
            return counts[0], counts[1], [bytes(letter) for letter in letters]

    forgotten_at(database, municipality, NOW + ANSWERS)
    assert left() == (1, 2, [b"kanarie open", b"kanarie closed"])
    forgotten_at(database, municipality, NOW + ANSWERS + SECOND)
    assert left() == (0, 2, [b"kanarie open", b"kanarie closed"])
    forgotten_at(database, municipality, NOW + CLOSED + SECOND)
    assert left() == (0, 1, [b"kanarie open", b""])
    with database.reader.connect() as connection:
        row = parked.by_id(connection, 2)
    assert row is not None
    assert (row.headers, row.error, row.traceback, row.note) == (None, None, None, "read it")
