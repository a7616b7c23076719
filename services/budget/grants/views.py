# SPDX-License-Identifier: EUPL-1.2
"""What is shown of grants. Money is integer cents."""

from datetime import date

from pydantic import Field

from services.budget.grants.model import GrantState
from shared.contracts.budget import DeclineReason
from shared.contracts.envelope import Data, Origin
from shared.contracts.initiatives import SubmitterKind


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
    ordered_cents: int = Field(description="Ordered to be paid, what is paid included")
    paid_cents: int
    allocated_cents: int | None
    settled_cents: int | None = Field(
        description="What it cost in the end; what was paid above it is due back"
    )
    decided_on: date | None
    legal_basis: str | None = Field(description="On what that decision rests, the promise or the refusal")
    organisation_id: str | None = Field(description="To whom it was promised, if the register knows them")
    reason: DeclineReason | None
    unmet: tuple[str, ...] = Field(description="The criteria that were not met")
    origin: Origin


class OpenDecisionView(GrantView):
    """What waits for the budget holder. `similar` are earlier requests for much the same: of the same kern,
    theme and kind of recipient, since the year before; who asked, this service does not know."""

    available_cents: int | None = Field(description="What the line has left; null without a budget")
    similar: tuple[str, ...] = Field(description="The ids of grants")
