# SPDX-License-Identifier: EUPL-1.2
"""What a service's own tasks, actions and first steps work with, in one process."""

import asyncio
from dataclasses import dataclass

from shared.clock import Clock
from shared.messaging.broker import Bus
from shared.messaging.lease import Guard
from shared.messaging.transaction import Transactions
from shared.metrics import Metrics
from shared.store import Database


@dataclass(frozen=True)
class Runtime:
    """The parts of a running process that its service may use.

    `turn` is held by whoever handles events: whoever holds it has the consumer rest. `guard` refuses a
    transaction of an instance that does not lead. `filters` are the subjects that the service follows.
    """

    database: Database
    transactions: Transactions
    bus: Bus
    clock: Clock
    metrics: Metrics
    turn: asyncio.Lock
    guard: Guard
    filters: tuple[str, ...]

    @property
    def service(self) -> str:
        return self.database.service
