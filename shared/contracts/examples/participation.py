# SPDX-License-Identifier: EUPL-1.2
"""Residents of Noordoever have a say about a square; a network; a commitment that was met."""

from typing import Any

from shared.contracts.examples.common import HERE, History, day, opaque
from shared.contracts.initiatives import CodedAnswer
from shared.contracts.initiatives.participation import (
    ActivityHeld,
    MilestoneReached,
    NetworkChanged,
    ParticipationCancelled,
    ParticipationConcluded,
    ParticipationConsidered,
    ParticipationStarted,
    PointTaken,
)

SQUARE, BRIDGE, PERSON = (opaque(name) for name in ("square", "bridge", "participant"))
OFFICIAL: dict[str, Any] = HERE | {"actor": "official"}

STORY: History = (
    (
        SQUARE,
        1,
        ParticipationConsidered(
            **OFFICIAL,
            happened_on=day(2, 1),
            guide_version="2020-1",
            answers=(CodedAnswer(criterion="room-for-change", yes=True),),
            fits=True,
            overruled=False,
            public_subject="Het plein bij de school",
        ),
    ),
    (
        SQUARE,
        2,
        ParticipationStarted(
            **OFFICIAL,
            happened_on=day(2, 8),
            rung="co-produce",
            invited=("residents", "young-people"),
            public_goal="Samen een plein ontwerpen waar iedereen graag komt.",
            public_reaching="Wij gaan ook langs bij de school en bij mensen die slecht ter been zijn.",
        ),
    ),
    (
        SQUARE,
        3,
        ActivityHeld(
            **OFFICIAL,
            happened_on=day(2, 20),
            rung="co-produce",
            form="walk-in",
            invited_by="letter",
            attendance=34,
            groups=("residents", "young-people"),
        ),
    ),
    (
        SQUARE,
        4,
        ParticipationConcluded(
            **OFFICIAL,
            happened_on=day(4, 6),
            rung="co-produce",
            to_tell=(PERSON,),
            points=(
                PointTaken(public_input="Meer bomen", use="adopted", public_answer="Er komen zes bomen bij."),
                PointTaken(
                    public_input="Geen auto's", use="partly", public_answer="Laden en lossen kan nog."
                ),
            ),
        ),
    ),
    (
        BRIDGE,
        2,
        ParticipationCancelled(
            **OFFICIAL, happened_on=day(5, 4), public_reason="De brug wordt later vervangen.", to_tell=()
        ),
    ),
    (
        opaque("network"),
        1,
        NetworkChanged(
            **OFFICIAL,
            happened_on=day(6, 1),
            organisations=(opaque("organisation"),),
            teams=("village-team",),
            roles=("active-resident",),
        ),
    ),
    (
        opaque("milestone"),
        1,
        MilestoneReached(
            kernen=(), origin="example", actor="official", happened_on=day(1, 20), milestone="plan"
        ),
    ),
)
