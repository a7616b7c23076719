# SPDX-License-Identifier: EUPL-1.2
"""All metric names of the plumbing and their meaning, in one place. No label ever holds an id.

One registry per process; Prometheus scrapes it at `/metrics`.
"""

from datetime import datetime
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from shared.messaging.intake import Taken
from shared.messaging.outbox import Unpublished

# A series more for every counter and histogram, with the moment it began: nobody asks for that.
disable_created_metrics()  # type: ignore[no-untyped-call]
LAG_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics:
    """The figures of one service process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        gauge, counter = partial(Gauge, registry=registry), partial(Counter, registry=registry)
        self.leader = gauge("kernpuls_leader", "1 where this instance leads its service")
        self.ready = gauge("kernpuls_ready", "1 where nothing keeps the service from working")
        self.outbox_pending = gauge(
            "kernpuls_outbox_pending_events", "Events committed but not yet in the stream"
        )
        self.outbox_age = gauge("kernpuls_outbox_oldest_seconds", "Age of the oldest event not in the stream")
        self.published = counter("kernpuls_outbox_published_events_total", "Events stored in the stream")
        self.ids_taken = counter(
            "kernpuls_outbox_ids_taken_total", "Own events whose id somebody else had used in the stream"
        )
        self.taken_back = counter("kernpuls_outbox_taken_back_events_total", "Own events only in the stream")
        self.handled = counter("kernpuls_events_handled_total", "Events handled, by type", ["event_type"])
        self.duplicates = counter(
            "kernpuls_events_duplicate_total", "Deliveries whose effect was there already"
        )
        self.parkings = counter("kernpuls_events_parked_total", "Events put aside, by reason", ["reason"])
        self.parked = gauge("kernpuls_parked_events", "Events that lie aside now, by reason", ["reason"])
        self.waiting = gauge("kernpuls_consumer_waiting_events", "Events of the stream not yet handled here")
        self.regressed = gauge("kernpuls_stream_set_back", "1 while the stream misses what was published")
        self.paused = gauge("kernpuls_consumer_paused", "1 while so much fails that consuming stopped")
        self.lag = Histogram(
            "kernpuls_event_lag_seconds",
            "From recorded by the owner to handled here",
            buckets=LAG_SECONDS,
            registry=registry,
        )

    def count_taken(self, taken: Taken, now: datetime) -> None:
        self.duplicates.inc(taken.duplicates)
        for incoming in taken.handled:
            self.handled.labels(incoming.event_type).inc()
            if incoming.event:
                self.lag.observe(max(0.0, (now - incoming.event.time).total_seconds()))
        for parking in taken.parkings:
            self.parkings.labels(parking.reason).inc()

    def count_published(self, rows: list[Unpublished]) -> None:
        self.published.inc(len(rows))
