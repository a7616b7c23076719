# SPDX-License-Identifier: EUPL-1.2
"""What monitoring sees of the money: years not closed, payments not answered, books that differ.

The example is nobody's work, and counts for nothing here.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import Connection

from services.budget.payments.queries import unanswered
from services.budget.statements import queries
from services.budget.statements.reconciliation import OwnAccounts
from services.budget.years.queries import own_years, unclosed
from shared.messaging.broker import Bus
from shared.messaging.leader import Task
from shared.messaging.requests import ask
from shared.messaging.transaction import Transactions
from shared.runtime import Runtime

MEASURE_EVERY = 3600.0  # seconds: all of it is by the day, and every event is gone through


class Gauges:
    """Counted by the leader alone, so that two instances do not show everything twice."""

    def __init__(self, registry: CollectorRegistry, transactions: Transactions, bus: Bus) -> None:
        self.transactions, self.bus = transactions, bus
        gauge = partial(Gauge, registry=registry)
        self.unclosed = gauge("kernpuls_budget_years_unclosed", "Years that are over and should be closed")
        self.unanswered = gauge("kernpuls_payment_orders_unanswered", "Payments sent long ago, unanswered")
        self.differences = gauge("kernpuls_budget_differences", "Where ledger, events and overview differ")

    async def run(self, _connection: object, _guard: object) -> None:
        try:
            while True:
                await self.measure()
                await asyncio.sleep(MEASURE_EVERY)
        finally:  # another instance may lead now: what was true here must not ring for ever
            for gauge in (self.unclosed, self.unanswered, self.differences):
                gauge.set(0)

    async def measure(self) -> None:
        overview = partial(ask, self.bus.broker)
        books = await self.transactions.database.read(self._look)
        found = [await queries.compared(year, own, overview) for year, own in books.items()]
        self.differences.set(sum(each.differences for each in found))

    def _look(self, connection: Connection) -> dict[int, OwnAccounts]:
        rules = self.transactions.municipality
        today = self.transactions.clock().astimezone(ZoneInfo(rules.timezone)).date()
        self.unclosed.set(unclosed(connection, today, rules.closing_weeks))
        self.unanswered.set(unanswered(connection, today, rules.payment_answer_days))
        return queries.accounts(connection, own_years(connection))


def tasks(runtime: Runtime) -> Mapping[str, Task]:
    return {"metrics": Gauges(runtime.metrics.registry, runtime.transactions, runtime.bus).run}
