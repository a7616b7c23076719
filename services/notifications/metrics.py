# SPDX-License-Identifier: EUPL-1.2
"""The metrics of this service, beside those of every service.

What waits, is held or was given up is read from the store when it is asked for: a gauge that delivery keeps
stops with it, and says 0 while decisions lie still.
"""

from collections.abc import Iterator
from functools import partial
from typing import get_args

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from services.notifications.notices import queries
from services.notifications.notices.model import Notice
from shared.clock import Clock
from shared.contracts.notifications import FailureReason
from shared.store import Database


class NoticeMetrics:
    """What this process counted."""

    def __init__(self, registry: CollectorRegistry) -> None:
        counter = partial(Counter, registry=registry)
        self.sent = counter("kernpuls_notifications_sent_total", "Messages that a server accepted")
        self.failed = counter(
            "kernpuls_notifications_failed_total", "Messages given up, by reason", ["reason"]
        )
        self.unknown = counter("kernpuls_notifications_unknown_total", "Messages whose answer never came")
        for reason in get_args(FailureReason):
            self.failed.labels(reason)  # there from the start at 0: else increase() misses the first failure

    def count(self, before: Notice, after: Notice) -> None:
        """What one change of a notice was."""
        self.sent.inc(after.state == "sent" and before.state != "sent")
        self.unknown.inc(after.unknown - before.unknown)
        if after.failures > before.failures:
            self.failed.labels(after.reason).inc()


class Waiting(Collector):
    """What the store says at the moment of asking; every instance says the same."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        waiting = GaugeMetricFamily(
            "kernpuls_notifications_waiting", "Messages that are still to be accepted", labels=["kind"]
        )
        oldest = GaugeMetricFamily(
            "kernpuls_notifications_oldest_waiting_seconds", "Age of the oldest of them", labels=["kind"]
        )
        held = GaugeMetricFamily(
            "kernpuls_notifications_held", "Messages that wait for a fault of ours, by step", labels=["step"]
        )
        dead = GaugeMetricFamily(
            "kernpuls_notifications_dead", "Messages given up that nobody looked at", labels=["reason"]
        )
        try:
            with self.database.reader.connect() as connection:
                for kind, (count, since) in queries.waiting(connection).items():
                    waiting.add_metric([kind], count)
                    age = (self.clock() - since).total_seconds() if since else 0
                    oldest.add_metric([kind], max(age, 0))
                for step, count in queries.held(connection).items():
                    held.add_metric([step], count)
                for reason, count in queries.dead(connection).items():
                    dead.add_metric([reason], count)
        except SQLAlchemyError:
            pass  # a store that is away shows in `kernpuls_ready`; the other metrics must still be seen
        yield from (waiting, oldest, held, dead)
