# SPDX-License-Identifier: EUPL-1.2
"""A contribution, and how far a run has come."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from services.budget.ledger.model import Booking
from shared.contracts.budget import OrganisationKind
from shared.contracts.commands import Act
from shared.contracts.envelope import Origin

State = Literal["allocated", "ordered", "paid", "withdrawn"]


@dataclass(frozen=True)
class ContributionRun:
    """It goes on after the organisation with the number `reached`, until it is finished."""

    id: str
    year: int
    act: Act
    reached: int
    finished_at: datetime | None


@dataclass(frozen=True)
class Contribution:
    """What one organisation has of one year."""

    id: str
    organisation_id: str
    kind: OrganisationKind
    kernen: tuple[str, ...]
    year: int
    line: str
    amount_cents: int
    decided_on: date
    state: State
    origin: Origin

    @property
    def kern(self) -> str | None:
        """Where its money counts: the first kern."""
        return self.kernen[0] if self.kernen else None

    def booking(self, act: Act) -> Booking:
        return Booking(self.id, self.year, self.line, self.kern, act)


def facts(it: Contribution, act: Act) -> dict[str, Any]:
    return {
        "happened_on": act.happened_on,
        "kernen": it.kernen,
        "actor": act.actor,
        "origin": act.origin,
        "organisation_id": it.organisation_id,
        "organisation_kind": it.kind,
        "year": it.year,
        "line": it.line,
        "amount_cents": it.amount_cents,
    }
