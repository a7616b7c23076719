# SPDX-License-Identifier: EUPL-1.2
"""What the budget holder and officials ask of this service. Amounts are integer cents."""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.budget import BudgetYear, DeclineReason, OrganisationKind
from shared.contracts.commands import Command
from shared.contracts.envelope import Cents, Data, Slug
from shared.contracts.fields import CalendarDate, Text

PositiveCents = Annotated[Cents, Field(ge=1)]


class LineRequest(Data, extra="forbid"):
    """What the council set aside for one line."""

    line: Slug
    amount_cents: Cents


class AdoptBudget(Command):
    """Record the council's budget of a year; `decision_reference` names its decision.

    Left out, the total and the lines within it are those of the municipality's file. Money beside the
    total is only there if a line names it.
    """

    year: BudgetYear
    decision_reference: Annotated[str, Text(200)]
    total_cents: Cents | None = None
    lines: Annotated[tuple[LineRequest, ...], Field(min_length=1, max_length=100)] | None = None


class RegisterOrganisation(Command):
    """Enter an organisation of one or more kernen (none: the whole municipality) into the register.

    A natural person has no `name` here; an organisation has one. `active_until` is its last day.
    """

    kind: OrganisationKind
    kernen: Annotated[tuple[Slug, ...], Field(max_length=100)]
    name: Annotated[str, Text(200)] | None = None
    active_from: CalendarDate
    active_until: CalendarDate | None = None


class RunContributions(Command):
    """Give every organisation that is entitled to one its contribution of this year, once."""

    year: BudgetYear
    preview: Annotated[bool, Field(strict=True, description="Only tell what would happen")] = False


class DecideGrant(Command):
    """The budget holder's answer: to allocate (all that is asked, unless `amount_cents` says less), to
    decline (for the reason proposed, unless `reason_code` gives another), or to let it wait for money."""

    decision: Literal["allocate", "decline", "wait"]
    amount_cents: PositiveCents | None = None
    reason_code: DeclineReason | None = None


class AmendGrant(Command):
    """Promise another amount than before, more or less."""

    amount_cents: PositiveCents


class WithdrawGrant(Command):
    """Take back what was promised."""


class SettleGrant(Command):
    """What it cost in the end; the rest of the grant returns to its line."""

    actual_cost_cents: Cents
