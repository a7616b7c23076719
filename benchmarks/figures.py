# SPDX-License-Identifier: EUPL-1.2
"""The promises of speed: what is measured, beside which floor, and what must come of it."""

from dataclasses import dataclass

SHOWN = float("inf")  # as a bound: nothing is promised of it


@dataclass(frozen=True)
class Goal:
    """`ours` and `floor` of a figure are in `unit`; a rate must be at least, the rest at most `bound` times
    the floor's.
    """

    floor: str
    unit: str
    bound: float
    is_rate: bool = False

    def is_met_by(self, ratio: float) -> bool:
        return ratio >= self.bound if self.is_rate else ratio <= self.bound

    def __str__(self) -> str:
        if self.bound == SHOWN:
            return "none: it is shown"
        return f"{'≥' if self.is_rate else '≤'} {self.bound:g}"


@dataclass(frozen=True)
class Sample:
    """One measurement of a figure and of its floor, one right after the other."""

    figure: str
    ours: float
    floor: float

    @property
    def ratio(self) -> float:
        return self.ours / self.floor


PER_SECOND, MS, MB = "events/s", "ms", "MB"
HOPS = "insert, publish, receive and commit, bare"
LINEAR, ALIVE = 2.6, 10.0  # of twice as much; of a probe while a service has its hands full
HALF, ALONE = "itself of half as much", "itself with nothing to do"
GOALS = {
    "relay": Goal("nats-py alone, 1,000 publishes outstanding", PER_SECOND, 2.0, is_rate=True),
    "live, p50": Goal("fetch(1), four raw statements, commit, ack", MS, 2.0),
    "live, p99": Goal("fetch(1), four raw statements, commit, ack", MS, 2.0),
    "catching up": Goal("fetch(200), four raw statements an event, acks", PER_SECOND, 0.35, is_rate=True),
    "rebuild": Goal("a bare ordered push consumer that drains the stream", PER_SECOND, 0.35, is_rate=True),
    "rebuild, memory at the end": Goal("itself after a fifth of the events", MB, 1.2),
    "answered to visible, p50": Goal(HOPS, MS, 2.0),
    "answered to visible, p99": Goal(HOPS, MS, 2.0),
    "commands, 32 clients": Goal("a bare FastAPI route, one durable insert", "requests/s", 0.6, is_rate=True),
    "handler with many versions": Goal("itself with none", PER_SECOND, 0.9, is_rate=True),
    "overview of many events": Goal("itself with a thousandth of them", MS, 1.2),
    "taken over after a death": Goal("the term of its lease", "s", 1.66),  # ten seconds
    "taken over after a stop": Goal("how often the other one tries", "s", 2.0),
    "start of the suite": Goal("five processes that import a service each", "CPU s", 0.6),
    "memory of the suite": Goal("five processes that import a service each", MB, 0.8),
    "memory of an idle service": Goal("FastAPI, FastStream and SQLAlchemy, connected", MB, 1.3),
    "JSON, twice as long": Goal(HALF, MS, LINEAR),
    "a file, twice as long": Goal(HALF, MS, LINEAR),
    "a form, twice as long": Goal(HALF, MS, LINEAR),
    "a query, twice as long": Goal(HALF, MS, LINEAR),
    "a head, twice as long": Goal(HALF, MS, LINEAR),
    "alive beside 1 MB of JSON, p50": Goal(ALONE, MS, ALIVE),
    "alive beside 1 MB of JSON, p99": Goal(ALONE, MS, SHOWN),
    "alive beside 2,000 half-sent, p50": Goal(ALONE, MS, ALIVE),
    "alive beside 2,000 half-sent, p99": Goal(ALONE, MS, SHOWN),
}
