# SPDX-License-Identifier: EUPL-1.2
"""What `kernpuls verify` recomputes of the money."""

from typing import Any

from sqlalchemy import Connection

from services.budget.ledger import queries
from shared.contracts.envelope import Event
from shared.store import Database


class Ledger:
    check, compares = "C3", "the ledger, recomputed after every posting"

    def __init__(self, database: Database) -> None: ...

    def hear(self, event: Event[Any]) -> None:
        """The ledger rests on what this service decided, not on events of others."""

    def judge(self, connection: Connection) -> list[str]:
        return [*map(str, queries.faults(connection)), *queries.below_nothing(connection)]


CHECKS = (Ledger,)
