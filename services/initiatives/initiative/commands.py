# SPDX-License-Identifier: EUPL-1.2
"""What people and systems ask about an initiative: the bodies of HTTP requests."""

from collections.abc import Mapping
from typing import Annotated

from services.initiatives.assessment.commands import (
    AmountCents,
    AssessInitiative,
    CorrectPublication,
    Goals,
    SupportKinds,
)
from services.initiatives.contact.commands import ContactGiven
from services.initiatives.initiative.lifecycle import Transition
from services.initiatives.kernen.commands import Kernen
from shared.contracts.commands import Command
from shared.contracts.envelope import OpaqueId, Slug
from shared.contracts.fields import CalendarDate, Text
from shared.contracts.initiatives import Channel, SubmitterKind
from shared.contracts.initiatives.life import ExtensionReason, Result


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
    """More is needed to decide; `asked` is what is missing, for the submitter to read."""

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


TRANSITIONS: Mapping[Transition, type[Command]] = {
    "assignments": AssignInitiative,
    "supplement-requests": RequestSupplement,
    "supplements": SupplementInitiative,
    "extensions": ExtendTerm,
    "assessments": AssessInitiative,
    "corrections": CorrectPublication,
    "withdrawals": WithdrawInitiative,
    "starts": StartInitiative,
    "realisations": RealiseInitiative,
    "evaluations": EvaluateInitiative,
}
