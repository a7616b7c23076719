# SPDX-License-Identifier: EUPL-1.2
"""What the budget holder asks about expenses. Amounts are integer cents."""

from typing import Annotated

from services.budget.ledger.model import PositiveCents
from services.budget.organisations.commands import CreditorNumber
from shared.contracts.budget import BudgetYear
from shared.contracts.commands import Command
from shared.contracts.envelope import Slug
from shared.contracts.fields import Text


class CommitExpense(Command):
    """Set money of a line for expenses aside for something that is ordered. `description` is in no event."""

    year: BudgetYear
    line: Slug
    description: Annotated[str, Text(200)]
    amount_cents: PositiveCents


class AmendExpense(Command):
    """Set another amount aside than before, more or less."""

    amount_cents: PositiveCents


class PayInvoice(Command):
    """An invoice to be paid; `reference` is its number, as the creditor knows it."""

    amount_cents: PositiveCents
    creditor_number: CreditorNumber
    reference: Annotated[str, Text(100)]
