# SPDX-License-Identifier: EUPL-1.2
"""C9: a service that goes through the whole stream again does nothing.

Never on the live store: on a copy of a SQLite one. PostgreSQL has no cheap copy, so there it happens in a
transaction that is rolled back; as long as nothing changes, it locks nothing.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, inspect, text

from services.suite.verify.finding import Finding
from shared.messaging.broker import Bus
from shared.messaging.decode import decode
from shared.messaging.intake import Intake
from shared.messaging.replay import read, stream_sequence
from shared.messaging.stream import filters_for
from shared.messaging.transaction import Transactions
from shared.municipality import Municipality
from shared.service import Service
from shared.sqlite import sqlite_url
from shared.store import Database


async def check_inert(
    service: Service, database: Database, bus: Bus, municipality: Municipality, last: int
) -> Finding:
    """`last` is the place in the stream up to which the store is known to be."""
    intake = Intake(service.name, service.handlers, Transactions(database, municipality))
    wrong, again = [], 0
    with _scratch(database) as connection:
        before = digests(connection)
        async for batch in read(await bus.connection(), filters_for(service.handlers, municipality.code)):
            known = [decode(m.subject, m.data, municipality) for m in batch if stream_sequence(m) <= last]
            taken = intake.take(connection, known, guarded=True)
            wrong += [f"{each.event_type} of {each.aggregate} was handled again" for each in taken.handled]
            again += len(known)
        after = digests(connection)
    wrong += [f"the table {name} changed" for name in sorted(after) if after[name] != before.get(name)]
    return Finding("C9", service.name, f"{again} events gone through again", tuple(wrong))


@contextmanager
def _scratch(database: Database) -> Iterator[Connection]:
    with TemporaryDirectory(prefix="kernpuls-verify-") as folder:
        copy = _copy(database, Path(folder)) if database.is_sqlite else database
        engine = copy.engine if copy.is_sqlite else copy.reader  # of PostgreSQL: one snapshot
        with engine.connect() as connection, connection.begin() as transaction:
            if not copy.is_sqlite:  # the stream is read meanwhile
                connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            yield connection
            transaction.rollback()
        if copy is not database:
            copy.close()


def _copy(database: Database, folder: Path) -> Database:
    source = sqlite3.connect(f"file:{database.engine.url.database}?mode=ro", uri=True)
    target = sqlite3.connect(folder / f"{database.service}.sqlite")
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    return Database(sqlite_url(folder, database.service), database.service)


def digests(connection: Connection) -> dict[str, int]:
    """One number for each table: the sum over its rows, as databases return them in any order."""
    quote = connection.dialect.identifier_preparer.quote
    found = {}
    for name in inspect(connection).get_table_names():
        every = text(f"SELECT * FROM {quote(name)}").execution_options(yield_per=1000)  # noqa: S608
        rows = connection.execute(every)
        found[name] = sum(int.from_bytes(sha256(repr(tuple(row)).encode()).digest()) for row in rows)
    return found
