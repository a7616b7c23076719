# SPDX-License-Identifier: EUPL-1.2
"""What is counted of requests, by route and never by id."""

from prometheus_client import CollectorRegistry, Counter, Histogram

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class RequestMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "http_requests", "Requests answered", ["method", "route", "status"], registry=registry
        )
        self.seconds = Histogram(
            "http_request_seconds", "Time to answer a request", ["method", "route"], registry=registry
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """`status` 0 is a caller that went away before its answer."""
        known = method if method in METHODS else "other"  # anybody can make up methods; labels are for ever
        self.requests.labels(known, route, str(status)).inc()
        self.seconds.labels(known, route).observe(seconds)
