# SPDX-License-Identifier: EUPL-1.2
"""Events of the initiatives service: what residents asked and what came of it.

No event holds a submitter's words. Title and summary appear only once an official wrote them for
the public, in `initiative.assessed`.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.envelope import Cents, Data, EventData, OpaqueId, Slug

SubmitterKind = Literal["resident", "residents-group", "organisation", "business"]
Channel = Literal["web", "counter", "telephone", "paper"]
Outcome = Literal["support", "decline", "redirect"]
SupportKind = Literal["knowledge", "network", "space-or-permit", "materials", "money"]
Goal = Annotated[int, Field(ge=1, le=9)]


class InitiativeSubmitted(EventData):
    """Residents asked for something for their street, neighbourhood or kern."""

    TYPE: ClassVar[str] = "initiative.submitted.v1"
    theme: Slug
    submitter_kind: SubmitterKind
    channel: Channel
    received_on: date
    decision_due_on: date


class InitiativeAssigned(EventData):
    """The kernambtenaar on duty for the first kern took it up."""

    TYPE: ClassVar[str] = "initiative.assigned.v1"
    officer_id: OpaqueId
    due_on: date


class CodedAnswer(Data):
    """One criterion of the guide, answered; the reason stays with the owner."""

    criterion: Slug
    yes: bool


class InitiativeAssessed(EventData):
    """It was weighed against the guide. `line` and `amount_asked_cents` are set when money is asked;
    `officer_id` is who weighed it, who does not decide about that money too.
    """

    TYPE: ClassVar[str] = "initiative.assessed.v1"
    guide_version: str
    answers: tuple[CodedAnswer, ...]
    outcome: Outcome
    overruled: bool
    goals: tuple[Goal, ...]
    support_kinds: tuple[SupportKind, ...]
    submitter_kind: SubmitterKind
    line: Slug | None
    amount_asked_cents: Cents | None
    public_title: str
    public_summary: str
    officer_id: OpaqueId | None = None


class InitiativeWithdrawn(EventData):
    """The submitter took it back."""

    TYPE: ClassVar[str] = "initiative.withdrawn.v1"


class InitiativeStarted(EventData):
    """The work began."""

    TYPE: ClassVar[str] = "initiative.started.v1"


class InitiativeRealised(EventData):
    """It is there. `support_given` is what the municipality brought in the end."""

    TYPE: ClassVar[str] = "initiative.realised.v1"
    support_given: tuple[SupportKind, ...]


class KernambtenaarAppointed(EventData):
    """An official links these kernen and the organisation for a period; the id tells no name."""

    TYPE: ClassVar[str] = "kernambtenaar.appointed.v1"
    officer_id: OpaqueId
    valid_from: date
    valid_until: date | None


class KernambtenaarRelieved(EventData):
    """The appointment ends on `valid_until`, its last day."""

    TYPE: ClassVar[str] = "kernambtenaar.relieved.v1"
    officer_id: OpaqueId
    valid_until: date


class ContactQuestion(Data):
    """How to reach a submitter, and what a letter to them says; asked at `initiatives.contact`."""

    initiative_id: OpaqueId


class ContactAnswer(Data):
    """Given at the moment of delivery and kept nowhere else. `number` is the one on the receipt. The reply is
    what was decided and why, as it is kept with the decision; `supplement_asked` is what is missing, in the
    official's words.
    """

    name: str
    email: str | None
    title: str
    description: str
    received_on: date
    decision_due_on: date
    outcome: Outcome | None
    public_title: str | None
    reply_subject: str | None = None
    reply_text: str | None = None
    supplement_asked: str | None = None
    number: str | None = None


class OfficerQuestion(Data):
    """How to reach a kernambtenaar in office; asked at `initiatives.officer`."""

    officer_id: OpaqueId


class OfficerAnswer(Data):
    """The address of a function, never of a person."""

    email: str | None
