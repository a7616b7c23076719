# SPDX-License-Identifier: EUPL-1.2
"""The shapes of this service's answers. Money is integer cents."""

from datetime import date, datetime

from pydantic import Field

from services.budget.model import Account, GrantState, Operation
from services.budget.policy import Outcome
from shared.contracts.budget import DeclineReason, OrganisationKind
from shared.contracts.envelope import Data, Origin, Role
from shared.contracts.initiatives import SubmitterKind


class LineView(Data):
    """One line of a year. Reserved, committed, paid and available together are the total."""

    line: str
    within_total: bool
    total_cents: int
    reserved_cents: int
    committed_cents: int
    paid_cents: int
    available_cents: int


class BudgetYearView(Data):
    """The budget of one year as it stands."""

    id: str
    year: int
    total_cents: int
    decision_reference: str
    adopted_on: date
    origin: Origin
    lines: tuple[LineView, ...]


class PostingView(Data):
    """Money that moved from one account (credit) to another (debit), and why."""

    id: int
    subject: str = Field(description="The id of the year, grant or contribution it is about")
    kern: str | None
    operation: Operation
    credit: Account
    debit: Account
    amount_cents: int
    role: Role
    reason: DeclineReason | None
    origin: Origin
    correlation_id: str
    causation_id: str | None = Field(description="The event that led to it; null if a command did")
    happened_on: date
    recorded_at: datetime


class OrganisationView(Data):
    """An organisation in the register; a natural person has no name here."""

    id: str
    number: int = Field(description="Its place in the order of registration")
    kind: OrganisationKind
    kernen: tuple[str, ...]
    name: str | None
    active_from: date
    active_until: date | None
    origin: Origin


class ShareView(Data):
    """What a run did for one organisation."""

    organisation_id: str
    kind: OrganisationKind
    kernen: tuple[str, ...]
    line: str
    amount_cents: int
    outcome: Outcome
    contribution_id: str | None = Field(None, description="Its contribution of that year, once there is one")


class ContributionRunView(Data):
    """One run of a year's contributions; a preview is not kept and has no id."""

    id: str | None
    year: int
    preview: bool
    happened_on: date | None = None
    origin: Origin | None = None
    outcomes: tuple[ShareView, ...]


class GrantView(Data):
    """What became of the money asked for an initiative."""

    id: str
    number: int = Field(description="Its place in the order of asking")
    initiative_id: str
    year: int
    line: str
    kernen: tuple[str, ...]
    recipient_kind: SubmitterKind
    state: GrantState
    since: date
    asked_cents: int
    held_cents: int = Field(description="What it takes of its line: reserved, promised, or the final cost")
    allocated_cents: int | None
    decided_on: date | None
    reason: DeclineReason | None
    unmet: tuple[str, ...] = Field(description="The criteria that were not met")
    origin: Origin


class DeskItemView(GrantView):
    """What waits for the budget holder. `similar` are earlier requests for much the same: of the same kern,
    theme and kind of recipient, since the year before; who asked, this service does not know."""

    available_cents: int | None = Field(description="What the line has left; null without a budget")
    similar: tuple[str, ...] = Field(description="The ids of grants")
