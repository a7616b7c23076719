# SPDX-License-Identifier: EUPL-1.2
"""The figures of this service, beside those of every service."""

from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge

from shared.contracts.notifications import FailureReason


class Figures:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.sent = Counter(
            "kernpuls_notifications_sent_total", "Messages that a server accepted", registry=registry
        )
        self.failed = Counter(
            "kernpuls_notifications_failed_total",
            "Messages given up, by reason",
            ["reason"],
            registry=registry,
        )
        self.unknown = Counter(
            "kernpuls_notifications_unknown_total", "Messages whose answer never came", registry=registry
        )
        self.waiting = Gauge(
            "kernpuls_notifications_waiting", "Messages that are still to be accepted", registry=registry
        )
        self.oldest = Gauge(
            "kernpuls_notifications_oldest_waiting_seconds", "Age of the oldest of them", registry=registry
        )
        for reason in get_args(FailureReason):
            self.failed.labels(reason)  # there from the start at 0: else increase() misses the first failure
