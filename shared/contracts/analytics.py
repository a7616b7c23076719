# SPDX-License-Identifier: EUPL-1.2
"""What the analytics service is asked by others; it publishes nothing."""

from datetime import datetime

from shared.contracts.budget import BudgetYear
from shared.contracts.envelope import Data, Slug


class MoneyQuestion(Data):
    """What the overview shows of the money of a year is asked for, at `analytics.money`."""

    year: BudgetYear


class LineMoney(Data):
    """One line, in cents; committed is what was promised and did not come back, paid or not."""

    line: Slug
    budget_cents: int
    reserved_cents: int
    committed_cents: int


class MoneyAnswer(Data):
    """`as_of` is when the last event it rests on was recorded; null if there is none yet."""

    lines: tuple[LineMoney, ...]
    as_of: datetime | None
