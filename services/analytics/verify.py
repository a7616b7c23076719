# SPDX-License-Identifier: EUPL-1.2
"""What `kernpuls verify` holds the overview against: itself folded anew, and a count by other code."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection

from services.analytics import reading, store
from services.analytics.cells import Cell
from services.analytics.fingerprint import fingerprint
from services.analytics.independent import GROUPS, Told
from services.analytics.rebuild import Rebuild
from shared.contracts.envelope import Event
from shared.messaging import parked
from shared.migrate import migrate
from shared.store import Database, sqlite_url

AT_ONCE = 1000  # events in one transaction of the second fold


class Overview:
    """Folds what it hears into an empty store of its own, which a fingerprint can be compared with."""

    check, compares = "C6", "the overview with one folded anew, and with one counted apart"

    def __init__(self, database: Database) -> None:
        self._folder = TemporaryDirectory(prefix="kernpuls-verify-")
        self._anew = Database(sqlite_url(Path(self._folder.name), database.service), database.service)
        migrate(self._anew, __package__)
        with database.reader.connect() as connection:
            self._rebuild = Rebuild(given_up=parked.given_up(connection))
        self._told, self._batch = Told(), list[Event[Any]]()
        with self._anew.engine.begin() as connection:
            self._rebuild.begin(connection)

    def hear(self, event: Event[Any]) -> None:
        self._told.hear(event)
        self._batch.append(event)
        if len(self._batch) == AT_ONCE:
            self._fold()

    def judge(self, connection: Connection) -> list[str]:
        self._fold()
        with self._anew.engine.begin() as anew:
            self._rebuild.swap(anew)
            rebuilt = fingerprint(anew)
        self._anew.close()
        self._folder.cleanup()
        shown = reading.figures(connection, store.live(connection))
        live = {cell: n for cell, n in shown.items() if n and cell.measure.split(".")[0] in GROUPS}
        counted = {Cell(*place): n for place, n in self._told.figures().items()}
        wrong = [
            f"{cell}: the overview has {live.get(cell, 0)}, counted are {counted.get(cell, 0)}"
            for cell in sorted(live.keys() | counted.keys())
            if live.get(cell) != counted.get(cell)
        ]
        if fingerprint(connection) != rebuilt:
            wrong.append("folded anew it is another; kernpuls rebuild puts that one in its place")
        return wrong

    def _fold(self) -> None:
        with self._anew.engine.begin() as connection:
            self._rebuild.apply(connection, self._batch)
        self._batch = []


CHECKS = (Overview,)
