# SPDX-License-Identifier: EUPL-1.2
"""Events of the budget service: money adopted, promised, paid back. Amounts are integer cents."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.envelope import Cents, Data, EventData, OpaqueId, Slug
from shared.contracts.initiatives import SubmitterKind

BudgetYear = Annotated[int, Field(strict=True, ge=2000, le=2100)]
OrganisationKind = Literal[
    "village-interests",
    "signal-group",
    "business-association",
    "participation-council",
    "civil-society",
    "whatsapp-coordinator",
]
DeclineReason = Literal[
    "criteria-not-met", "no-room", "above-kern-maximum", "no-budget", "year-closed", "by-decision"
]
Distribution = Literal["first-come", "rounds"]
AmendmentCause = Literal["moved", "raised", "carried-over"]


class Ceiling(Data):
    """The line is a legal ceiling (Awb 4:25): adopted and published as one, with how it is shared out."""

    publication: str
    distribution: Distribution


class LineAmount(Data):
    """What the council set aside for one line. `within_total` is false for money beside the yearly budget."""

    line: Slug
    amount_cents: Cents
    within_total: bool
    ceiling: Ceiling | None = None


class BudgetAdopted(EventData):
    """The council adopted a year's budget; `decision_reference` names its decision."""

    TYPE: ClassVar[str] = "budget.adopted.v1"
    year: BudgetYear
    total_cents: Cents
    lines: tuple[LineAmount, ...]
    decision_reference: str


class BudgetAmended(EventData):
    """Money was moved between lines, or the council gave more; `lines` are all of the year, as they are now.
    `carried-over` is told of both years: the one that loses the money, and the one that gets it."""

    TYPE: ClassVar[str] = "budget.amended.v1"
    year: BudgetYear
    total_cents: Cents
    lines: tuple[LineAmount, ...]
    cause: AmendmentCause
    decision_reference: str | None


class BudgetThresholdReached(EventData):
    """`percent` of a line is held, promised or paid (`used_cents`); told once for each line and year."""

    TYPE: ClassVar[str] = "budget.threshold-reached.v1"
    year: BudgetYear
    line: Slug
    percent: Annotated[int, Field(strict=True, ge=1, le=100)]
    total_cents: Cents
    used_cents: Cents


class LineLeft(Data):
    """What nobody used of a line."""

    line: Slug
    left_cents: Cents


class BudgetClosed(EventData):
    """The year is over: nothing more is promised from it. What was promised is still paid from it."""

    TYPE: ClassVar[str] = "budget.closed.v1"
    year: BudgetYear
    lines: tuple[LineLeft, ...]


class OrganisationRegistered(EventData):
    """An organisation of one or more kernen. `name` is absent for a natural person."""

    TYPE: ClassVar[str] = "organisation.registered.v1"
    kind: OrganisationKind
    name: str | None
    active_from: date
    active_until: date | None


class OrganisationChanged(EventData):
    """What an organisation is now, all of it. Its first kern never changes."""

    TYPE: ClassVar[str] = "organisation.changed.v1"
    kind: OrganisationKind
    name: str | None
    active_from: date
    active_until: date | None


class OrganisationEnded(EventData):
    """An organisation ends; `active_until` is its last day."""

    TYPE: ClassVar[str] = "organisation.ended.v1"
    kind: OrganisationKind
    active_until: date


class ContributionData(EventData):
    """What every contribution event says: whose it is, from which line of which year, how much."""

    organisation_id: OpaqueId
    organisation_kind: OrganisationKind
    year: BudgetYear
    line: Slug
    amount_cents: Cents


class ContributionAllocated(ContributionData):
    """An organisation's fixed yearly amount."""

    TYPE: ClassVar[str] = "contribution.allocated.v1"
    decided_on: date
    legal_basis: str


class ContributionPaid(ContributionData):
    """A contribution was paid, whole."""

    TYPE: ClassVar[str] = "contribution.paid.v1"


class ContributionWithdrawn(ContributionData):
    """A contribution is taken back before it was paid; it returns to its line, and is not given again."""

    TYPE: ClassVar[str] = "contribution.withdrawn.v1"


class GrantData(EventData):
    """What every grant event says: for which initiative, from which line of which year, how much."""

    initiative_id: OpaqueId
    line: Slug
    year: BudgetYear
    amount_cents: Cents


class GrantReserved(GrantData):
    """Money is held for a decision that somebody still has to take."""

    TYPE: ClassVar[str] = "grant.reserved.v1"


class GrantWaitlisted(GrantData):
    """There is no money now; the request waits, in the order of asking, until some returns to the line."""

    TYPE: ClassVar[str] = "grant.waitlisted.v1"


class GrantReleased(GrantData):
    """What was held (nothing, if it waited) is free again: nothing was decided, or it was withdrawn."""

    TYPE: ClassVar[str] = "grant.released.v1"


class GrantAllocated(GrantData):
    """Money is promised to an initiative."""

    TYPE: ClassVar[str] = "grant.allocated.v1"
    decided_on: date
    legal_basis: str
    recipient_kind: SubmitterKind


class GrantAmended(GrantData):
    """More or less is promised than before: `amount_cents` is what is promised now."""

    TYPE: ClassVar[str] = "grant.amended.v1"
    before_cents: Cents
    decided_on: date


class GrantDeclined(GrantData):
    """No money, as an official confirmed: `amount_cents` was asked, `criteria` are those answered no. Where
    a legal ceiling was reached, `legal_basis` names Awb 4:25; it is absent from what was told before 1.0."""

    TYPE: ClassVar[str] = "grant.declined.v1"
    decided_on: date
    reason: DeclineReason
    criteria: tuple[Slug, ...]
    legal_basis: str | None = None


class GrantWithdrawn(GrantData):
    """A promise ends before it was used; `amount_cents` returns to the line."""

    TYPE: ClassVar[str] = "grant.withdrawn.v1"


class GrantPaid(GrantData):
    """A part of a grant was paid."""

    TYPE: ClassVar[str] = "grant.paid.v1"


class GrantSettled(GrantData):
    """The actual cost is known and final. `amount_cents` is that cost, never above what was allocated."""

    TYPE: ClassVar[str] = "grant.settled.v1"
    allocated_cents: Cents


class GrantReturned(GrantData):
    """What was not used of a grant went back to the line of its year, or (`refunded`) what was paid back."""

    TYPE: ClassVar[str] = "grant.returned.v1"
    refunded: bool = False
