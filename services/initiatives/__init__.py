# SPDX-License-Identifier: EUPL-1.2
"""Initiatives: what residents want to do, from the first question to the day that it is there.

It receives initiatives, has the kernambtenaar on duty take them up, assesses them by the municipality's
guide and shows what the budget decided. It decides about support, never about money, and watches the term
in which that must be decided. Who submitted something, and in which words, stays here: it is in no event.

`initiative/` what is asked, and every step until it was looked back on · `assessment/` the guide, the
weighing and the decision letter · `term/` the dates that the law counts · `search/` lists and worklists ·
`kernen/` who is on duty in a kern, and where nobody is · `kernambtenaren/` their appointments ·
`participation/` residents who have a say · `networks/` and `milestones/` what the municipality set up and
promised · `contact/` how to reach somebody · `persons/` what is known of somebody, and how it is erased ·
`imports/` the past · `sessions/` officials who are logged in.

`api.py` all routes · `handlers.py` which event goes where · `questions.py` what other services may ask ·
`timers.py` what is due by the clock · `metrics.py` what monitoring sees · `tables.py` what all tables share.
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
    "receipt_serial",
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
    "session",
)
