# SPDX-License-Identifier: EUPL-1.2
"""What the budget holder asks about payments. Amounts are integer cents."""

from typing import Annotated

from pydantic import Field

from services.budget.commands import PositiveCents
from services.budget.organisations.commands import CreditorNumber
from shared.contracts.commands import Command


class PayGrant(Command):
    """Pay a part of a grant, or (without `amount_cents`) all that is not ordered yet, to its recipient."""

    amount_cents: PositiveCents | None = None
    creditor_number: CreditorNumber


class RefundGrant(Command):
    """What was paid above the cost has been paid back."""

    amount_cents: PositiveCents


class MakeFile(Command):
    """Put every open order of this origin into a file, and every contribution that is due."""


class TakeAnswer(Command):
    """What the financial system did, as CSV: `order`, `outcome` (paid or refused), `date`, `reason`."""

    csv: Annotated[str, Field(max_length=1_000_000)]
