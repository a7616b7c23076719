# SPDX-License-Identifier: EUPL-1.2
"""The shapes of the overview's answers about participation, networks and commitments."""

from datetime import date

from shared.contracts.envelope import Data


class Counted(Data):
    """How many of one sort; `label` is its Dutch name."""

    code: str
    label: str
    count: int


class PointView(Data):
    """What residents said, and what was done with it."""

    input: str
    use: str
    label: str
    answer: str


class ActivityView(Data):
    """Something that was held, and how many came."""

    held_on: date
    form: str
    label: str
    attendance: int
    groups: tuple[str, ...]


class ProcessView(Data):
    """One process of participation, as an official described it for the public."""

    id: str
    state: str
    label: str
    subject: str | None
    rung: str | None
    goal: str | None
    considered_on: date
    activities: tuple[ActivityView, ...]
    points: tuple[PointView, ...]
    reason: str | None


class ParticipationView(Data):
    """Where residents had a say; `latest` are the processes that began last, at most 20."""

    total: int
    by_state: tuple[Counted, ...]
    activities: int
    attendance: int
    latest: tuple[ProcessView, ...]


class NetworkView(Data):
    """Who takes part in the network of a kern, by the names that people know."""

    since: date
    organisations: tuple[str, ...]
    teams: tuple[str, ...]
    roles: tuple[str, ...]


class MilestoneView(Data):
    """A commitment of the municipality; `reached_on` is None while it is open."""

    name: str
    when: str
    due: date | None
    source: str
    reached_on: date | None
    late: bool
