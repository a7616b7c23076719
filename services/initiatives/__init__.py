# SPDX-License-Identifier: EUPL-1.2
"""Initiatives: what residents want to do, from the first question to the day that it is there.

It receives initiatives, has the kernambtenaar on duty take them up, weighs them by the municipality's
guide and shows what the budget answered. It decides about support, never about money, and watches the term
in which that must be decided. Who submitted something, and in which words, stays here: no event tells it.

`life.py` the states · `model.py` the steps · `terms.py`, `deadlines.py` the term · `weighing*.py`, `reply.py`
the assessment and what is answered · `lists.py`, `worklists.py`, `words.py` finding · `timers.py` what is due
by the clock · `kernambtenaren/` who is on duty · `participation/` who has a say, with `networks/` and
`milestones/` · `persons/` what is known of somebody, and how it goes · `imports/` the past.
"""

from shared.contracts import budget, initiatives
from shared.contracts.initiatives import life, persons
from shared.contracts.initiatives.participation import (
    ActivityHeld,
    MilestoneReached,
    NetworkChanged,
    ParticipationCancelled,
    ParticipationConcluded,
    ParticipationConsidered,
    ParticipationStarted,
)

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
    life.InitiativeReassigned,
    life.InitiativeSupplementRequested,
    life.InitiativeSupplemented,
    life.InitiativeTermExtended,
    life.InitiativeTermApproaching,
    life.InitiativeTermExceeded,
    life.InitiativeRedirected,
    life.InitiativeEvaluated,
    life.InitiativePublicationCorrected,
    life.KernUncovered,
    ParticipationConsidered,
    ParticipationStarted,
    ActivityHeld,
    ParticipationConcluded,
    ParticipationCancelled,
    NetworkChanged,
    MilestoneReached,
)
OWNS = (
    "contact",
    "initiative",
    "initiative_kern",
    "initiative_word",
    "initiative_history",
    "supplement",
    "assessment",
    "evaluation",
    "money",
    "appointment",
    "appointment_kern",
    "absence",
    "kern",
    "erasure",
    "locked_record",
    "destruction",
    "destruction_item",
    "participation",
    "participation_activity",
    "participation_history",
    "participant",
    "network",
    "milestone",
    "import",
    "import_line",
    "imported",
)
