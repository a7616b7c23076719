# SPDX-License-Identifier: EUPL-1.2
"""The figures of this service, beside those of every service."""

from prometheus_client import CollectorRegistry, Counter, Gauge


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
