# SPDX-License-Identifier: EUPL-1.2
"""What people and systems ask about an initiative: the bodies of HTTP requests."""

from typing import Annotated

from pydantic import Field, StrictBool

from services.initiatives.fields import (
    MOST_NAMED,
    AmountCents,
    Goals,
    Kernen,
    MailAddress,
    Part,
    SupportKinds,
)
from shared.contracts.commands import Command
from shared.contracts.envelope import OpaqueId, Slug
from shared.contracts.fields import CalendarDate, Text
from shared.contracts.initiatives import Channel, Outcome, SubmitterKind
from shared.contracts.initiatives.life import ExtensionReason, Result


class ContactGiven(Part):
    """How to reach who submits it. Never in an answer or an event."""

    name: Annotated[str, Text(200)]
    email: MailAddress | None = None
    phone: Annotated[str, Text(40)] | None = None
    address: Annotated[str, Text(300)] | None = None


class SubmitInitiative(Command):
    """Something that residents want for their street or kern. The first of `kernen` is where it counts."""

    kernen: Kernen
    theme: Slug
    submitter_kind: SubmitterKind
    title: Annotated[str, Text(200)]
    description: Annotated[str, Text(10_000, lines=True)]
    channel: Channel
    amount_asked_cents: AmountCents | None = None
    wanted_start_date: CalendarDate | None = None
    contact: ContactGiven | None = None


class GivenAnswer(Part):
    """One criterion of the guide, answered with the reason."""

    criterion: Slug
    yes: StrictBool
    reason: Annotated[str, Text(2_000, lines=True)]


class AssessInitiative(Command):
    """An initiative weighed by the guide.

    The outcome follows from the answers, or is overruled with a motivation. `line` and `amount_cents`
    belong to a request for money; without `line` it is the municipality's default one. `destination` is
    where somebody with a matter of their own is redirected to. Only `public_title` and `public_summary`
    are published: write no name or address in them.
    """

    guide_version: Annotated[str, Text(60)] | None = None
    answers: Annotated[tuple[GivenAnswer, ...], Field(max_length=MOST_NAMED)]
    outcome: Outcome | None = None
    motivation: Annotated[str, Text(2_000, lines=True)] | None = None
    goals: Goals = ()
    support_kinds: SupportKinds = ()
    line: Slug | None = None
    amount_cents: AmountCents | None = None
    destination: Slug | None = None
    public_title: Annotated[str, Text(200)]
    public_summary: Annotated[str, Text(2_000, lines=True)]


class WithdrawInitiative(Command):
    """The submitter takes it back."""


class StartInitiative(Command):
    """The work begins."""


class RealiseInitiative(Command):
    """It is there, with this support of the municipality."""

    support_given: SupportKinds = ()


class AssignInitiative(Command):
    """Another kernambtenaar looks after it, or a first one."""

    officer_id: OpaqueId


class RequestSupplement(Command):
    """More is needed to decide; `asked` tells the submitter what is missing."""

    asked: Annotated[str, Text(2_000, lines=True)]


class SupplementInitiative(Command):
    """What was missing has come."""

    answer: Annotated[str, Text(10_000, lines=True)]


class ExtendTerm(Command):
    """The decision takes longer: `until` is its new date, moved on if it is no working day."""

    until: CalendarDate
    reason: ExtensionReason


class EvaluateInitiative(Command):
    """Looked back on with the residents. `goals` are those of the vision it added to; `lesson` stays here."""

    result: Result
    goals: Goals = ()
    lesson: Annotated[str, Text(2_000, lines=True)] | None = None


class CorrectPublication(Command):
    """What was published is wrong: these words take its place. Write no name or address in them."""

    public_title: Annotated[str, Text(200)]
    public_summary: Annotated[str, Text(2_000, lines=True)]
