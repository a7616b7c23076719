# SPDX-License-Identifier: EUPL-1.2
"""What is shown of a year. Money is integer cents."""

from datetime import date, datetime

from pydantic import Field

from services.budget.ledger.model import Account, Operation
from shared.contracts.budget import AmendmentCause, Ceiling
from shared.contracts.envelope import Data, Origin, Role


class LineView(Data):
    """One line of a year. Reserved, committed, paid and available together are the total."""

    line: str
    within_total: bool
    ceiling: Ceiling | None
    total_cents: int
    reserved_cents: int
    committed_cents: int
    paid_cents: int
    available_cents: int
    told_percent: int = Field(description="The highest threshold that was published; 0 if none was")
    left_cents: int | None = Field(
        description="Of a closed year: what was left at its closing and was not carried over since"
    )


class BudgetYearView(Data):
    """The budget of one year as it stands."""

    id: str
    year: int
    total_cents: int
    decision_reference: str
    adopted_on: date
    closed_on: date | None
    origin: Origin
    lines: tuple[LineView, ...]


class LineBalanceView(Data):
    """What the postings of one line make of it, up to and including a day (`as_of`; null: all of them)."""

    year: int
    line: str
    as_of: date | None
    within_total: bool
    ceiling: Ceiling | None
    total_cents: int
    reserved_cents: int
    committed_cents: int
    paid_cents: int
    available_cents: int
    postings: str = Field(description="Where these postings are")


class AmendmentView(Data):
    """Money that was brought to a line, and why."""

    id: str
    number: int
    year: int
    cause: AmendmentCause
    line: str
    amount_cents: int
    from_line: str | None
    from_year: int | None
    reason: str
    decision_reference: str | None
    happened_on: date
    origin: Origin


class PostingView(Data):
    """Money that moved from one account (credit) to another (debit), and why."""

    id: int
    subject: str = Field(description="The id of the year, amendment, grant or contribution it is about")
    kern: str | None
    operation: Operation
    credit: Account
    debit: Account
    amount_cents: int
    role: Role
    reason: str | None
    origin: Origin
    correlation_id: str
    causation_id: str | None = Field(description="The event that led to it; null if a command did")
    happened_on: date
    recorded_at: datetime
