# SPDX-License-Identifier: EUPL-1.2
"""The overview counted a second time, straight from the events and without any code of the fold.

Small and plain on purpose: it knows initiatives and participation by state, attendance, money set aside,
promised, contributed and paid, no more.
`kernpuls verify` and the tests compare the overview with it.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from shared.contracts.envelope import Event

Counts = dict[tuple[str, int, str], int]  # kern or gemeente, year, measure
GROUPS = (
    "initiatives",
    "committed",
    "paid",
    "contributed",
    "contribution-paid",
    "budget",
    "reached",
    "closed",
    "participation",
    "held",
)
STATE_AFTER = {
    "initiative.submitted.v1": "submitted",
    "initiative.assigned.v1": "assigned",
    "initiative.withdrawn.v1": "withdrawn",
    "initiative.started.v1": "started",
    "initiative.realised.v1": "realised",
    "support": "supported",
    "decline": "declined",
    "redirect": "redirected",
    "initiative.redirected.v1": "redirected",
}
PROCESS_AFTER = {
    "participation.started.v1": "started",
    "participation.concluded.v1": "concluded",
    "participation.cancelled.v1": "cancelled",
}


def count(events: Iterable[Event[Any]]) -> Counts:
    """What a history in order comes to."""
    counted = SecondCount()
    for event in events:
        counted.take(event)
    return counted.result()


class SecondCount:
    """Takes every event once, in the order of its subject; remembers a few facts of each subject."""

    def __init__(self) -> None:
        self._initiatives: dict[str, tuple[frozenset[str], int, str]] = {}
        self._grants: dict[str, tuple[tuple[str, ...], int, str, int]] = {}
        self._contributed: dict[str, Counts] = {}
        self._expenses: dict[str, tuple[int, str, int]] = {}
        self._paid: Counts = defaultdict(int)
        self._years: dict[str, Counts] = defaultdict(dict)
        self._processes: dict[str, tuple[frozenset[str], int, str]] = {}
        self._held: Counts = defaultdict(int)

    def take(self, event: Event[Any]) -> None:
        match event.data.TYPE.split(".")[0]:
            case "initiative":
                self._initiative(event.subject, event.data)
            case "grant":
                self._grant(event.subject, event.data)
            case "expense":
                self._expense(event.subject, event.data)
            case "contribution":
                self._contribution(event.subject, event.data)
            case "budget":
                self._budget(self._years[event.subject], event.data)
            case "participation":
                self._participation(event.subject, event.data)

    def result(self) -> Counts:
        found: Counts = defaultdict(int)
        for of_subject in (*self._contributed.values(), *self._years.values()):
            for place, value in of_subject.items():
                found[place] += value
        for kernen, year, state in self._initiatives.values():
            for kern in kernen:
                found[kern, year, f"initiatives.{state}"] += 1
        for first, year, line, promised in self._grants.values():
            for kern in (*first, "gemeente"):
                found[kern, year, f"committed.{line}"] += promised
        for kernen, year, state in self._processes.values():
            for kern in kernen:
                found[kern, year, f"participation.{state}"] += 1
        for year, line, aside in self._expenses.values():
            found["gemeente", year, f"committed.{line}"] += aside
        for place, value in (*self._held.items(), *self._paid.items()):
            found[place] += value
        return {key: value for key, value in found.items() if value}

    def _participation(self, subject: str, data: Any) -> None:
        fits = "fits" if getattr(data, "fits", True) else "does-not-fit"
        first = frozenset({*data.kernen, "gemeente"}), data.happened_on.year, fits
        kernen, year, before = self._processes.get(subject, first)
        state = PROCESS_AFTER.get(data.TYPE) or before
        self._processes[subject] = kernen, year, state
        if data.TYPE == "participation.activity-held.v1":
            for kern in kernen:
                self._held[kern, data.happened_on.year, "held.activities"] += 1
                self._held[kern, data.happened_on.year, "held.attendance"] += data.attendance

    def _initiative(self, subject: str, data: Any) -> None:
        word = data.outcome if data.TYPE == "initiative.assessed.v1" else data.TYPE
        if subject in self._initiatives:
            kernen, year, before = self._initiatives[subject]
        else:
            kernen, before = frozenset({*data.kernen, "gemeente"}), "submitted"
            year = getattr(data, "received_on", data.happened_on).year
        self._initiatives[subject] = kernen, year, STATE_AFTER.get(word, before)

    def _grant(self, subject: str, data: Any) -> None:
        first, year, line, promised = self._grants.get(subject, (data.kernen[:1], data.year, data.line, 0))
        match data.TYPE:
            case "grant.allocated.v1" | "grant.amended.v1":
                promised = data.amount_cents
            case "grant.withdrawn.v1" | "grant.returned.v1":
                promised -= data.amount_cents
        paid = data.amount_cents if data.TYPE == "grant.paid.v1" else 0
        paid -= data.amount_cents if getattr(data, "refunded", False) else 0
        for where in (*first, "gemeente"):
            self._paid[where, year, f"paid.{line}"] += paid
        self._grants[subject] = first, year, line, promised

    def _expense(self, subject: str, data: Any) -> None:
        year, line, aside = self._expenses.get(subject, (data.year, data.line, 0))
        if data.TYPE == "expense.paid.v1":
            self._paid["gemeente", year, f"paid.{line}"] += data.amount_cents
        else:
            aside = data.amount_cents
        self._expenses[subject] = year, line, aside

    def _budget(self, known: Counts, data: Any) -> None:
        match data.TYPE:
            case "budget.adopted.v1" | "budget.amended.v1":
                for place in [place for place in known if place[2].startswith("budget.")]:
                    del known[place]
                for line in data.lines:
                    place = "gemeente", data.year, f"budget.{line.line}"
                    known[place] = known.get(place, 0) + line.amount_cents
            case "budget.threshold-reached.v1":
                place = "gemeente", data.year, f"reached.{data.line}"
                known[place] = max(known.get(place, 0), data.percent)
            case "budget.closed.v1":
                known["gemeente", data.year, "closed"] = 1

    def _contribution(self, subject: str, data: Any) -> None:
        if data.TYPE == "contribution.withdrawn.v1":
            self._contributed[subject] = {}
            return
        found: Counts = {}
        for group in ["contributed"] + ["contribution-paid"] * (data.TYPE == "contribution.paid.v1"):
            measure = f"{group}.{data.organisation_kind}.{data.line}"
            found["gemeente", data.year, measure] = data.amount_cents
            if data.kernen:
                share, left = divmod(data.amount_cents, len(data.kernen))
                for place, kern in enumerate(data.kernen):
                    found[kern, data.year, measure] = share + (place < left)
        self._contributed[subject] = found
