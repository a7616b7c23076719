# SPDX-License-Identifier: EUPL-1.2
"""What is shown of expenses. Money is integer cents."""

from datetime import date

from pydantic import Field

from shared.contracts.envelope import Data, Origin


class ExpenseView(Data):
    """Something that was ordered, and how much of it is paid."""

    id: str
    number: int = Field(description="Its place in the order of committing")
    year: int
    line: str
    description: str
    amount_cents: int = Field(description="Set aside")
    ordered_cents: int = Field(description="Ordered to be paid, what is paid included")
    paid_cents: int
    since: date
    origin: Origin
