# SPDX-License-Identifier: EUPL-1.2
"""Initiatives: what residents want to do, from the first question to the day that it is there.

It receives initiatives, has the kernambtenaar on duty take them up, weighs them by the municipality's
guide and shows what the budget answered. It decides about support, never about money. Who submitted
something, and in which words, stays here: no event tells it.
"""

from shared.contracts import budget, initiatives
from shared.contracts.initiatives import persons

CONSUMES = (
    budget.GrantReserved,
    budget.GrantWaitlisted,
    budget.GrantReleased,
    budget.GrantAllocated,
    budget.GrantAmended,
    budget.GrantDeclined,
    budget.GrantWithdrawn,
    budget.GrantSettled,
)
PUBLISHES = (
    initiatives.InitiativeSubmitted,
    initiatives.InitiativeAssigned,
    initiatives.InitiativeAssessed,
    initiatives.InitiativeWithdrawn,
    initiatives.InitiativeStarted,
    initiatives.InitiativeRealised,
    initiatives.KernambtenaarAppointed,
    initiatives.KernambtenaarRelieved,
    persons.PersonErased,
    persons.RecordsDestroyed,
)
OWNS = (
    "contact",
    "initiative",
    "initiative_kern",
    "initiative_history",
    "assessment",
    "money",
    "appointment",
    "appointment_kern",
    "kern",
    "erasure",
    "locked_record",
    "destruction",
    "destruction_item",
)
