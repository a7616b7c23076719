# SPDX-License-Identifier: EUPL-1.2
"""What monitoring sees of the work: kernen without a kernambtenaar, what waits for one, decisions late."""

import asyncio
from collections.abc import Mapping
from functools import partial
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import Connection

from services.initiatives.kernen.store import covered
from services.initiatives.search.queries import exceeded, waiting_by_kern
from shared.messaging.leader import Task
from shared.messaging.transaction import Transactions
from shared.runtime import Runtime

MEASURE_EVERY = 15.0  # seconds


class WorkMetrics:
    """Counted by the leader alone, so that two instances do not show everything twice."""

    def __init__(self, registry: CollectorRegistry, transactions: Transactions) -> None:
        self.transactions = transactions
        gauge = partial(Gauge, registry=registry)
        self.uncovered = gauge("kernpuls_kernen_uncovered", "Kernen with no kernambtenaar on duty")
        self.waiting = gauge("kernpuls_initiatives_waiting", "Initiatives that nobody took up")
        self.exceeded = gauge("kernpuls_initiatives_term_exceeded", "Initiatives past their date, undecided")

    async def run(self, _connection: object, _guard: object) -> None:
        while True:
            await self.transactions.database.read(self.measure)
            await asyncio.sleep(MEASURE_EVERY)

    def measure(self, connection: Connection) -> None:
        rules = self.transactions.municipality
        today = self.transactions.clock().astimezone(ZoneInfo(rules.timezone)).date()
        self.uncovered.set(len(rules.kern_slugs - covered(connection, today)))
        self.waiting.set(sum(waiting_by_kern(connection).values()))
        self.exceeded.set(exceeded(connection, today))


def tasks(runtime: Runtime) -> Mapping[str, Task]:
    return {"metrics": WorkMetrics(runtime.metrics.registry, runtime.transactions).run}
