# SPDX-License-Identifier: EUPL-1.2
"""What the budget holder asks about contributions."""

from typing import Annotated

from pydantic import Field

from shared.contracts.budget import BudgetYear
from shared.contracts.commands import Command


class RunContributions(Command):
    """Give every organisation that is entitled to one its contribution of this year, once."""

    year: BudgetYear
    preview: Annotated[bool, Field(strict=True, description="Only show what would happen")] = False


class WithdrawContribution(Command):
    """Take a contribution back that was not paid yet; it is not given again."""
