# SPDX-License-Identifier: EUPL-1.2
"""What is answered about participation. Never who takes part."""

from datetime import date, datetime

from services.initiatives.participation.model import State, Transition
from shared.contracts.envelope import Data, Origin, Role
from shared.contracts.initiatives.participation import Form, InvitedBy, PointTaken, Rung


class GuideAnswerView(Data):
    criterion: str
    yes: bool
    reason: str


class ActivityView(Data):
    held_date: date
    form: Form
    invited_by: InvitedBy
    attendance: int
    groups: tuple[str, ...]


class ParticipationHistoryView(Data):
    what: str
    actor: Role
    happened_on: date
    recorded_at: datetime


class ParticipationSummary(Data):
    """One process in a list."""

    id: str
    state: State
    kernen: tuple[str, ...]
    public_subject: str
    rung: Rung | None
    origin: Origin


class ParticipationView(ParticipationSummary):
    """One process. `participants` is how many left an address; `allowed` is what can be done with it now."""

    guide_version: str
    answers: tuple[GuideAnswerView, ...]
    overruled: bool
    motivation: str | None
    invited: tuple[str, ...]
    public_goal: str | None
    public_reaching: str | None
    activities: tuple[ActivityView, ...]
    points: tuple[PointTaken, ...]
    public_reason: str | None
    participants: int
    allowed: tuple[Transition, ...]
    history: tuple[ParticipationHistoryView, ...]
