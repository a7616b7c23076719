# SPDX-License-Identifier: EUPL-1.2
"""What is shown of contributions and their runs. Money is integer cents."""

from datetime import date

from pydantic import Field

from services.budget.contributions.model import State
from services.budget.contributions.policy import Outcome
from shared.contracts.budget import OrganisationKind
from shared.contracts.envelope import Data, Origin


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
    finished: bool = Field(description="False as long as there are organisations it has not come to yet")
    happened_on: date | None = None
    origin: Origin | None = None
    outcomes: tuple[ShareView, ...]


class ContributionView(Data):
    """What one organisation has of one year."""

    id: str
    organisation_id: str
    kind: OrganisationKind
    kernen: tuple[str, ...]
    year: int
    line: str
    amount_cents: int
    decided_on: date
    legal_basis: str
    state: State
    withdrawn_on: date | None
    origin: Origin
