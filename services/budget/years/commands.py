# SPDX-License-Identifier: EUPL-1.2
"""What the budget holder asks about a year. Amounts are integer cents."""

from typing import Annotated

from pydantic import Field

from services.budget.ledger.model import PositiveCents
from shared.contracts.budget import AmendmentCause, BudgetYear, Distribution
from shared.contracts.commands import Command
from shared.contracts.envelope import Cents, Data, Slug
from shared.contracts.fields import Text

Reference = Annotated[str, Text(200)]


class CeilingRequest(Data, extra="forbid"):
    """The line is a legal ceiling (Awb 4:25): `publication` is where it was published, with how it is
    shared out (4:26)."""

    publication: Reference
    distribution: Distribution


class LineRequest(Data, extra="forbid"):
    """What the council set aside for one line. Without `ceiling` it is no legal ceiling."""

    line: Slug
    amount_cents: Cents
    ceiling: CeilingRequest | None = None


class AdoptBudget(Command):
    """Record the council's budget of a year; `decision_reference` names its decision.

    Left out, the total and the lines within it are those of the municipality's file. Money beside the
    total is only there if a line names it.
    """

    year: BudgetYear
    decision_reference: Reference
    total_cents: Cents | None = None
    lines: Annotated[tuple[LineRequest, ...], Field(min_length=1, max_length=100)] | None = None


class AmendBudget(Command):
    """Bring money to `line`: `moved` from `from_line` of the same year, `raised` by the council, or
    `carried-over` from the same line of `from_year`, which is closed.

    The last two need the reference of the council's decision. `reason` is kept, and shown with it.
    """

    cause: AmendmentCause
    line: Slug
    amount_cents: PositiveCents
    from_line: Slug | None = None
    from_year: BudgetYear | None = None
    reason: Annotated[str, Text(500)]
    decision_reference: Reference | None = None


class CloseBudget(Command):
    """The year is over: what is reserved lapses, and nothing more is promised from it."""
