# SPDX-License-Identifier: EUPL-1.2
"""Where residents had a say, and the commitments of the municipality that were met."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.analytics.fold.model import changed, is_example
from shared.contracts.envelope import EventData
from shared.contracts.initiatives import participation as p


@dataclass(frozen=True)
class Activity:
    """Something that was held for a process of participation."""

    held_on: date
    form: str
    attendance: int
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Point:
    """What residents said, and what was done with it."""

    input: str
    use: str
    answer: str


@dataclass(frozen=True)
class Participation:
    """Residents who have a say; its texts are those an official wrote for the public."""

    kernen: tuple[str, ...]
    example: bool
    considered_on: date
    subject: str | None
    state: Literal["fits", "does-not-fit", "started", "concluded", "cancelled"]
    rung: str | None = None
    goal: str | None = None
    activities: tuple[Activity, ...] = ()
    points: tuple[Point, ...] = ()
    reason: str | None = None
    kind: Literal["participation"] = "participation"


@dataclass(frozen=True)
class Milestone:
    """A commitment that was met."""

    kernen: tuple[str, ...]
    example: bool
    slug: str
    reached_on: date
    kind: Literal["milestone"] = "milestone"


def considered(_: object, data: p.ParticipationConsidered) -> Participation:
    state: Any = "fits" if data.fits else "does-not-fit"
    return Participation(data.kernen, is_example(data), data.happened_on, data.public_subject, state)


def started(before: object, data: p.ParticipationStarted) -> Participation:
    return changed(_process(before, data), state="started", rung=data.rung, goal=data.public_goal)


def held(before: object, data: p.ActivityHeld) -> Participation:
    it = _process(before, data)
    activity = Activity(data.happened_on, data.form, data.attendance, data.groups)
    return changed(it, activities=(*it.activities, activity))


def concluded(before: object, data: p.ParticipationConcluded) -> Participation:
    points = tuple(Point(each.public_input, each.use, each.public_answer) for each in data.points)
    return changed(_process(before, data), state="concluded", rung=data.rung, points=points)


def cancelled(before: object, data: p.ParticipationCancelled) -> Participation:
    return changed(_process(before, data), state="cancelled", reason=data.public_reason)


def reached(_: object, data: p.MilestoneReached) -> Milestone:
    return Milestone(data.kernen, is_example(data), data.milestone, data.happened_on)


FOLDS: dict[type[EventData], Callable[[Any, Any], Participation | Milestone]] = {
    p.ParticipationConsidered: considered,
    p.ParticipationStarted: started,
    p.ActivityHeld: held,
    p.ParticipationConcluded: concluded,
    p.ParticipationCancelled: cancelled,
    p.MilestoneReached: reached,
}


def _process(before: object, data: EventData) -> Participation:
    if isinstance(before, Participation):
        return before
    return Participation(data.kernen, is_example(data), data.happened_on, None, "fits")
