# SPDX-License-Identifier: EUPL-1.2
"""Events of what the municipality itself spends from the budget, by invoice. Amounts are integer cents."""

from typing import ClassVar

from shared.contracts.budget import BudgetYear
from shared.contracts.envelope import Cents, EventData, Slug


class ExpenseData(EventData):
    """What every expense event says: from which line of which year, how much."""

    line: Slug
    year: BudgetYear
    amount_cents: Cents


class ExpenseCommitted(ExpenseData):
    """Something was ordered; its invoices are paid from what is set aside for it."""

    TYPE: ClassVar[str] = "expense.committed.v1"


class ExpenseAmended(ExpenseData):
    """More or less is set aside than before: `amount_cents` is what is set aside now."""

    TYPE: ClassVar[str] = "expense.amended.v1"
    before_cents: Cents


class ExpensePaid(ExpenseData):
    """An invoice was paid; `amount_cents` is that of the invoice."""

    TYPE: ClassVar[str] = "expense.paid.v1"
