# SPDX-License-Identifier: EUPL-1.2
"""Which function takes which event of another service."""

from collections.abc import Callable, Mapping
from typing import Any

from services.initiatives.initiative.handlers import follow_grant
from shared.contracts import budget
from shared.contracts.envelope import Event, EventData, NewEvent
from shared.messaging.transaction import Transaction

HANDLERS: Mapping[type[EventData], Callable[[Event[Any], Transaction], list[NewEvent]]] = {
    budget.GrantReserved: follow_grant,
    budget.GrantWaitlisted: follow_grant,
    budget.GrantReleased: follow_grant,
    budget.GrantAllocated: follow_grant,
    budget.GrantAmended: follow_grant,
    budget.GrantDeclined: follow_grant,
    budget.GrantWithdrawn: follow_grant,
    budget.GrantSettled: follow_grant,
}
