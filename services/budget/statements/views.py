# SPDX-License-Identifier: EUPL-1.2
"""The shapes of statements. Money is integer cents."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from services.budget.contributions.model import State
from services.budget.ledger.model import Fault
from services.budget.years.views import LineView
from shared.contracts.budget import OrganisationKind
from shared.contracts.envelope import Data

Outcome = Literal["agrees", "differs", "not-answered"]


class LineCents(Data):
    """Promised or paid from one line."""

    line: str
    cents: int


class KernCents(Data):
    """What one kern has of a year; `kern` is null for what is of the municipality as a whole."""

    kern: str | None
    lines: tuple[LineCents, ...]
    cents: int


class YearStatement(Data):
    """A whole year: its lines, and what each kern has of them. What the kernen have together, the whole
    municipality included, is exactly what is committed and paid."""

    year: int
    total_cents: int
    decision_reference: str
    adopted_on: date
    closed_on: date | None
    lines: tuple[LineView, ...]
    kernen: tuple[KernCents, ...]
    given_cents: int
    available_cents: int


class Item(Data):
    """One promise. Of a contribution to an organisation of more kernen, `cents` is the share of this one."""

    about: str = Field(description="The id of the grant, contribution or expense")
    line: str
    cents: int
    recipient: str | None = Field(description="The name of an organisation with a contribution")
    initiative_id: str | None
    title: str | None = Field(description="What an official wrote for the public about the initiative")


class KernStatement(Data):
    """What one kern has of a year, item by item. Contributions to natural persons are left out."""

    kern: str
    year: int
    items: tuple[Item, ...]
    cents: int


class YearlyItem(Data):
    """One contribution of an organisation."""

    id: str
    year: int
    line: str
    amount_cents: int
    decided_on: date
    state: State
    withdrawn_on: date | None


class OrganisationStatement(Data):
    """What one organisation has, year by year; `cents` leaves out what was withdrawn."""

    organisation_id: str
    kind: OrganisationKind
    kernen: tuple[str, ...]
    contributions: tuple[YearlyItem, ...]
    cents: int


class SumsView(Data):
    """Cents; promised is what was promised and did not come back, paid or not."""

    total_cents: int
    reserved_cents: int
    promised_cents: int


class LineCheck(Data):
    """One line, from three sides; `overview` is null if it could not be asked."""

    line: str
    ledger: SumsView
    events: SumsView
    overview: SumsView | None
    agrees: bool


class Reconciliation(Data):
    """`agrees` is only true if the ledger is the sum of its postings, and all three agree. If it is false,
    `outcome` says whether something differs, or the overview did not answer and nothing else differs."""

    year: int
    lines: tuple[LineCheck, ...]
    faults: tuple[Fault, ...] = Field(description="Where the ledger is not the sum of its postings")
    overview_answered: bool = Field(description="False if the overview could not be asked; ask again")
    overview_as_of: datetime | None
    outcome: Outcome
    agrees: bool

    @property
    def differences(self) -> int:
        return len(self.faults) + sum(not line.agrees for line in self.lines)
