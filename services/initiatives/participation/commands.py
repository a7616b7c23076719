# SPDX-License-Identifier: EUPL-1.2
"""What officials and residents ask about participation: the bodies of HTTP requests."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from services.initiatives.kernen.commands import MOST_NAMED, Kernen, Named, Once, Perhaps
from shared.contracts.commands import Command
from shared.contracts.envelope import Data, Slug
from shared.contracts.fields import Text
from shared.contracts.initiatives.participation import Form, InvitedBy, Rung, Use
from shared.contracts.mail import MailAddress

Groups = Annotated[tuple[Slug, ...], Named, Once]
Public = Annotated[str, Text(2_000, lines=True)]


class GuideAnswer(Data, extra="forbid"):
    """One question of the guide, answered with the reason."""

    criterion: Slug
    yes: StrictBool
    reason: Annotated[str, Text(2_000, lines=True)]


class ConsiderParticipation(Command):
    """The question whether participation fits, by the guide. `public_subject` is published."""

    kernen: Kernen
    public_subject: Annotated[str, Text(200)]
    guide_version: Annotated[str, Text(60)] | None = None
    answers: Annotated[tuple[GuideAnswer, ...], Field(min_length=1, max_length=MOST_NAMED)]
    fits: StrictBool | None = None
    motivation: Annotated[str, Text(2_000, lines=True)] | None = None


class StartParticipation(Command):
    """At this rung, for this goal; who is invited, and how those are reached who are seldom heard."""

    rung: Rung
    invited: Groups
    public_goal: Public
    public_reaching: Public


class HoldActivity(Command):
    """What was held on `happened_on`, and which groups came."""

    form: Form
    invited_by: InvitedBy
    attendance: Annotated[int, Field(strict=True, ge=0, le=100_000)]
    groups: Annotated[tuple[Slug, ...], Perhaps, Once] = ()


class JoinParticipation(Command):
    """Somebody who takes part, and wants to hear what is done with it."""

    name: Annotated[str, Text(200)]
    email: MailAddress
    consent: Literal[True]


class Point(Data, extra="forbid"):
    """What residents said, and what was done with it; written for the public."""

    public_input: Annotated[str, Text(300)]
    use: Use
    public_answer: Annotated[str, Text(600, lines=True)]


class ConcludeParticipation(Command):
    """What was done with the input, point by point."""

    points: Annotated[tuple[Point, ...], Field(max_length=30)] = ()


class CancelParticipation(Command):
    """It does not go on; the reason is published."""

    public_reason: Annotated[str, Text(600, lines=True)]
