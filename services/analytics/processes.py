# SPDX-License-Identifier: EUPL-1.2
"""What the overview knows of participation, of networks and of commitments: parts of `model.py`."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


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
class Network:
    """Who takes part in a kern's network, by ids and slugs."""

    kernen: tuple[str, ...]
    example: bool
    since: date
    organisations: tuple[str, ...]
    teams: tuple[str, ...]
    roles: tuple[str, ...]
    kind: Literal["network"] = "network"


@dataclass(frozen=True)
class Milestone:
    """A commitment that was met."""

    kernen: tuple[str, ...]
    example: bool
    slug: str
    reached_on: date
    kind: Literal["milestone"] = "milestone"
