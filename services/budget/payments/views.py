# SPDX-License-Identifier: EUPL-1.2
"""What is shown of payments. Money is integer cents."""

from datetime import date

from pydantic import Field

from services.budget.payments.model import Kind, OrderState
from shared.contracts.envelope import Data, Origin


class OrderView(Data):
    """One payment: to whom, for what, and what became of it."""

    id: str
    number: int = Field(description="Its place in the order of ordering")
    kind: Kind
    subject: str = Field(description="The id of the grant, contribution or expense")
    year: int
    line: str
    creditor_number: str
    reference: str | None
    amount_cents: int
    state: OrderState
    ordered_on: date
    file_id: str | None
    answered_on: date | None
    reason: str | None
    origin: Origin


class FileView(Data):
    """A file of payment orders; what is in it never changes."""

    id: str
    number: int = Field(description="Its place in the order of making")
    made_on: date
    origin: Origin
    orders: int
    total_cents: int
    paid: int = Field(description="How many of its orders were paid")
    refused: int


class AnswerView(Data):
    """What an answer changed; the lines that repeat what was known are not counted."""

    paid: int
    refused: int
