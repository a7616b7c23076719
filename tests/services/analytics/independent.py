# SPDX-License-Identifier: EUPL-1.2
"""The overview told a second time, straight from the list of events and without any code of the fold.

Slow and plain on purpose: for every figure it looks through the whole history again.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from shared.contracts.envelope import Event

STATE_AFTER = {
    "initiative.submitted.v1": "submitted",
    "initiative.assigned.v1": "assigned",
    "initiative.withdrawn.v1": "withdrawn",
    "initiative.started.v1": "started",
    "initiative.realised.v1": "realised",
    "support": "supported",
    "decline": "declined",
    "redirect": "redirected",
}


def figures(events: Iterable[Event[Any]]) -> dict[tuple[str, int, str], int]:
    """Initiatives by state, money set aside and promised: (kern or gemeente, year, measure) to number."""
    of_subject: dict[str, list[Event[Any]]] = defaultdict(list)
    for event in {event.id: event for event in events}.values():
        of_subject[event.subject].append(event)
    found: dict[tuple[str, int, str], int] = defaultdict(int)
    for happened in of_subject.values():
        happened.sort(key=lambda event: int(event.sequence))
        kind = happened[0].data.TYPE.split(".")[0]
        if kind == "initiative":
            _initiative(happened, found)
        elif kind == "grant":
            _grant(happened, found)
        elif kind == "contribution":
            _contribution(happened, found)
        elif kind == "budget":
            _budget(happened, found)
    return {key: value for key, value in found.items() if value}


def _initiative(happened: list[Event[Any]], found: dict[tuple[str, int, str], int]) -> None:
    first, last = happened[0].data, happened[-1].data
    state = STATE_AFTER[last.outcome if last.TYPE == "initiative.assessed.v1" else last.TYPE]
    for kern in {*first.kernen, "gemeente"}:
        found[kern, first.received_on.year, f"initiatives.{state}"] += 1


def _grant(happened: list[Event[Any]], found: dict[tuple[str, int, str], int]) -> None:
    promised = 0
    for event in happened:
        match event.data.TYPE:
            case "grant.allocated.v1":
                promised = event.data.amount_cents
            case "grant.withdrawn.v1" | "grant.returned.v1":
                promised -= event.data.amount_cents
    said = happened[0].data
    for kern in (said.kernen[0], "gemeente"):
        found[kern, said.year, f"committed.{said.line}"] += promised


def _budget(happened: list[Event[Any]], found: dict[tuple[str, int, str], int]) -> None:
    for event in reversed(happened):
        if event.data.TYPE in ("budget.adopted.v1", "budget.amended.v1"):
            for line in event.data.lines:
                found["gemeente", event.data.year, f"budget.{line.line}"] += line.amount_cents
            break
    told: dict[tuple[str, int, str], int] = {}
    for event in happened:
        if event.data.TYPE == "budget.threshold-reached.v1":
            place = "gemeente", event.data.year, f"reached.{event.data.line}"
            told[place] = max(told.get(place, 0), event.data.percent)
    for place, percent in told.items():
        found[place] += percent
    for event in happened:
        if event.data.TYPE == "budget.closed.v1":
            found["gemeente", event.data.year, "closed"] += 1


def _contribution(happened: list[Event[Any]], found: dict[tuple[str, int, str], int]) -> None:
    said = happened[0].data
    if happened[-1].data.TYPE == "contribution.withdrawn.v1":
        return
    measure = f"contributed.{said.organisation_kind}.{said.line}"
    found["gemeente", said.year, measure] += said.amount_cents
    shares = [said.amount_cents // len(said.kernen)] * len(said.kernen)
    for place in range(said.amount_cents - sum(shares)):
        shares[place] += 1
    for kern, share in zip(said.kernen, shares, strict=True):
        found[kern, said.year, measure] += share
