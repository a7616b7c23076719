# SPDX-License-Identifier: EUPL-1.2
"""The metrics of this service, beside those of every service."""

from functools import partial
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge

from shared.contracts.notifications import FailureReason


class NoticeMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        gauge, counter = partial(Gauge, registry=registry), partial(Counter, registry=registry)
        self.sent = counter("kernpuls_notifications_sent_total", "Messages that a server accepted")
        self.failed = counter(
            "kernpuls_notifications_failed_total", "Messages given up, by reason", ["reason"]
        )
        self.unknown = counter("kernpuls_notifications_unknown_total", "Messages whose answer never came")
        self.waiting = gauge("kernpuls_notifications_waiting", "Messages that are still to be accepted")
        self.oldest = gauge("kernpuls_notifications_oldest_waiting_seconds", "Age of the oldest of them")
        for reason in get_args(FailureReason):
            self.failed.labels(reason)  # there from the start at 0: else increase() misses the first failure
