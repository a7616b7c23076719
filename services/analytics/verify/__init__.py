# SPDX-License-Identifier: EUPL-1.2
"""What `kernpuls verify` compares the overview with: itself folded again, and a count by other code
(`second_count.py`)."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection

from services.analytics.read_model import queries, store
from services.analytics.read_model.cells import Cell
from services.analytics.read_model.rebuild import Rebuild
from services.analytics.verify.second_count import GROUPS, SecondCount
from shared.contracts.envelope import Event
from shared.messaging import parked
from shared.migrate import migrate
from shared.sqlite import sqlite_url
from shared.store import Database

AT_ONCE = 1000  # events in one transaction of the second fold


class OverviewCheck:
    """Folds what it hears into an empty store of its own, which a fingerprint can be compared with."""

    check, compares = "C6", "the overview with one folded again, and with one counted apart"

    def __init__(self, database: Database) -> None:
        self._folder = TemporaryDirectory(prefix="kernpuls-verify-")
        self._second = Database(sqlite_url(Path(self._folder.name), database.service), database.service)
        migrate(self._second, f"services.{database.service}")
        with database.reader.connect() as connection:
            self._rebuild = Rebuild(given_up=parked.given_up(connection))
        self._counted, self._batch = SecondCount(), list[Event[Any]]()
        with self._second.engine.begin() as connection:
            self._rebuild.begin(connection)

    def hear(self, event: Event[Any]) -> None:
        self._counted.take(event)
        self._batch.append(event)
        if len(self._batch) == AT_ONCE:
            self._fold()

    def judge(self, connection: Connection) -> list[str]:
        self._fold()
        with self._second.engine.begin() as second:
            self._rebuild.swap(second)
            rebuilt = queries.fingerprint(second)
        self._second.close()
        self._folder.cleanup()
        shown = queries.cells_of(connection, store.live(connection))
        live = {cell: n for cell, n in shown.items() if n and cell.measure.split(".")[0] in GROUPS}
        counted = {Cell(*place): n for place, n in self._counted.result().items()}
        wrong = [
            f"{cell}: the overview has {live.get(cell, 0)}, counted are {counted.get(cell, 0)}"
            for cell in sorted(live.keys() | counted.keys())
            if live.get(cell) != counted.get(cell)
        ]
        if queries.fingerprint(connection) != rebuilt:
            wrong.append(
                "folded again it is another, as after an upgrade that folds more; kernpuls rebuild analytics "
                "puts that one in its place"
            )
        return wrong

    def _fold(self) -> None:
        with self._second.engine.begin() as connection:
            self._rebuild.apply(connection, self._batch)
        self._batch = []


CHECKS = (OverviewCheck,)
