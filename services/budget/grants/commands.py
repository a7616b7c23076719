# SPDX-License-Identifier: EUPL-1.2
"""What the budget holder asks about grants. Amounts are integer cents."""

from typing import Literal

from services.budget.ledger.model import PositiveCents
from services.budget.organisations.commands import CreditorNumber
from shared.contracts.budget import DeclineReason
from shared.contracts.commands import Command
from shared.contracts.envelope import Cents, OpaqueId


class DecideGrant(Command):
    """The budget holder's answer: to allocate (all that is asked, unless `amount_cents` says less), to
    decline (for the reason proposed, unless `reason_code` gives another), or to let it wait for money.

    With `organisation_id` the money goes to an organisation of the register, which public files then name.
    """

    decision: Literal["allocate", "decline", "wait"]
    amount_cents: PositiveCents | None = None
    reason_code: DeclineReason | None = None
    organisation_id: OpaqueId | None = None


class AmendGrant(Command):
    """Promise another amount than before, more or less."""

    amount_cents: PositiveCents


class WithdrawGrant(Command):
    """Take back what was promised."""


class SettleGrant(Command):
    """What it cost in the end; the rest of the grant returns to its line."""

    actual_cost_cents: Cents


class PayGrant(Command):
    """Pay a part of a grant, or (without `amount_cents`) all that is not ordered yet, to its recipient."""

    amount_cents: PositiveCents | None = None
    creditor_number: CreditorNumber


class RefundGrant(Command):
    """What was paid above the cost has been paid back."""

    amount_cents: PositiveCents
