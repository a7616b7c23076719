# SPDX-License-Identifier: EUPL-1.2
"""Residents who take part in what the municipality makes, does or evaluates; networks; commitments.

Every text here was written by an official for the public. Who took part is in no event.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.envelope import Data, EventData, OpaqueId, Slug
from shared.contracts.initiatives import CodedAnswer

Rung = Literal["inform", "consult", "advise", "co-produce", "co-decide"]
Form = Literal["meeting", "digital", "walk-in", "street"]
InvitedBy = Literal["letter", "local-paper", "website", "social-media", "door-to-door", "organisation"]
Use = Literal["adopted", "partly", "not-adopted"]
MOST_PARTICIPANTS = 1_000  # people of one process who left an address


class ParticipationConsidered(EventData):
    """It was asked whether participation fits here, by a version of the guide; also when it does not."""

    TYPE: ClassVar[str] = "participation.considered.v1"
    guide_version: str
    answers: tuple[CodedAnswer, ...]
    fits: bool
    overruled: bool
    public_subject: str


class ParticipationStarted(EventData):
    """Residents are asked, at this rung of the ladder."""

    TYPE: ClassVar[str] = "participation.started.v1"
    rung: Rung
    invited: tuple[Slug, ...]
    public_goal: str
    public_reaching: str


class ActivityHeld(EventData):
    """Something was held for it. `invited_by` is the channel by which people heard of it."""

    TYPE: ClassVar[str] = "participation.activity-held.v1"
    rung: Rung
    form: Form
    invited_by: InvitedBy
    attendance: Annotated[int, Field(ge=0)]
    groups: tuple[Slug, ...]


class PointTaken(Data):
    """One point of what residents said, and what was done with it."""

    public_input: str
    use: Use
    public_answer: str


class ParticipationConcluded(EventData):
    """It is over, with what was done with the input. `to_tell` are references to who left an address."""

    TYPE: ClassVar[str] = "participation.concluded.v1"
    rung: Rung
    points: tuple[PointTaken, ...]
    to_tell: Annotated[tuple[OpaqueId, ...], Field(max_length=MOST_PARTICIPANTS)]


class ParticipationCancelled(EventData):
    """It ends before its time, and why."""

    TYPE: ClassVar[str] = "participation.cancelled.v1"
    public_reason: str
    to_tell: Annotated[tuple[OpaqueId, ...], Field(max_length=MOST_PARTICIPANTS)]


class NetworkChanged(EventData):
    """Who takes part in the network of a kern from now on: registered organisations, teams and roles."""

    TYPE: ClassVar[str] = "network.changed.v1"
    organisations: tuple[OpaqueId, ...]
    teams: tuple[Slug, ...]
    roles: tuple[Slug, ...]


class MilestoneReached(EventData):
    """A commitment of the municipality was met; `happened_on` is when."""

    TYPE: ClassVar[str] = "milestone.reached.v1"
    milestone: Slug


class ParticipantQuestion(Data):
    """How to reach somebody who took part; asked at `initiatives.participant`."""

    contact_id: OpaqueId


class ParticipantAnswer(Data):
    """Given at the moment of delivery and kept nowhere else."""

    name: str
    email: str | None
    public_subject: str
