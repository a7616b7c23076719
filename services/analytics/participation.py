# SPDX-License-Identifier: EUPL-1.2
"""The fold of participation, networks and commitments. Pure, as `projection.py`."""

from collections.abc import Callable
from typing import Any

from services.analytics.model import Entity, changed
from services.analytics.processes import Activity, Milestone, Network, Participation, Point
from shared.contracts.envelope import EventData
from shared.contracts.initiatives import participation as p


def considered(_: Entity | None, said: p.ParticipationConsidered) -> Participation:
    state: Any = "fits" if said.fits else "does-not-fit"
    return Participation(said.kernen, _example(said), said.happened_on, said.public_subject, state)


def started(entity: Entity | None, said: p.ParticipationStarted) -> Participation:
    return changed(_process(entity, said), state="started", rung=said.rung, goal=said.public_goal)


def held(entity: Entity | None, said: p.ActivityHeld) -> Participation:
    it = _process(entity, said)
    activity = Activity(said.happened_on, said.form, said.attendance, said.groups)
    return changed(it, activities=(*it.activities, activity))


def concluded(entity: Entity | None, said: p.ParticipationConcluded) -> Participation:
    points = tuple(Point(each.public_input, each.use, each.public_answer) for each in said.points)
    return changed(_process(entity, said), state="concluded", rung=said.rung, points=points)


def cancelled(entity: Entity | None, said: p.ParticipationCancelled) -> Participation:
    return changed(_process(entity, said), state="cancelled", reason=said.public_reason)


def network(_: Entity | None, said: p.NetworkChanged) -> Network:
    return Network(said.kernen, _example(said), said.happened_on, said.organisations, said.teams, said.roles)


def reached(_: Entity | None, said: p.MilestoneReached) -> Milestone:
    return Milestone(said.kernen, _example(said), said.milestone, said.happened_on)


FOLDS: dict[type[EventData], Callable[[Entity | None, Any], Entity]] = {
    p.ParticipationConsidered: considered,
    p.ParticipationStarted: started,
    p.ActivityHeld: held,
    p.ParticipationConcluded: concluded,
    p.ParticipationCancelled: cancelled,
    p.NetworkChanged: network,
    p.MilestoneReached: reached,
}


def _example(said: EventData) -> bool:
    return said.origin == "example"


def _process(entity: Entity | None, said: EventData) -> Participation:
    if isinstance(entity, Participation):
        return entity
    return Participation(said.kernen, _example(said), said.happened_on, None, "fits")
