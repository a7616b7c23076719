# SPDX-License-Identifier: EUPL-1.2
"""Which function takes which message: events of the initiatives, and the answer on what is paid."""

from collections.abc import Mapping
from typing import Any

from services.budget.contributions import handlers as contributions
from services.budget.expenses import handlers as expenses
from services.budget.grants import handlers as grants
from services.budget.payments.handlers import Payable
from services.budget.payments.model import Kind
from shared.contracts.envelope import EventData
from shared.contracts.initiatives import InitiativeAssessed, InitiativeSubmitted, InitiativeWithdrawn
from shared.contracts.initiatives.life import InitiativePublicationCorrected

HANDLERS: Mapping[type[EventData], Any] = {
    InitiativeSubmitted: grants.submitted,
    InitiativeAssessed: grants.assessed,
    InitiativePublicationCorrected: grants.corrected,
    InitiativeWithdrawn: grants.withdrawn,
}
PAYABLE: Mapping[Kind, Payable] = {
    "grant": Payable(grants.was_paid, grants.was_not_paid),
    "contribution": Payable(contributions.was_paid, contributions.was_not_paid, contributions.order_due),
    "expense": Payable(expenses.was_paid, expenses.was_not_paid),
}
