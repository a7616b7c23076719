# SPDX-License-Identifier: EUPL-1.2
"""The overview: what is going on in every kern, folded from the events of the others and nothing else.

It decides nothing and owns no fact. Its read model can be thrown away at any time: folding the stream
again (`read_model/rebuild.py`) gives the same figures to the cent.

    event ─▶ handlers.project: load the entity of its subject ─▶ fold ─▶ save
                 what the entity adds to the figures, and where it is listed: read_model/cells.py

- `fold/` from events to entities, one file for each topic
- `read_model/` the entities as tables, their cells and places, and the rebuild
- `overview/` from the tables to an answer; its API and pages show the same
- `verify/` the check of `kernpuls verify`, with a second count by other code
- `handlers.py` one for every event · `questions.py` what other services ask · `migrations/`
"""

from shared.contracts import budget, initiatives, surveys
from shared.contracts.budget.expenses import ExpenseAmended, ExpenseCommitted, ExpensePaid
from shared.contracts.initiatives import life
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
    initiatives.InitiativeSubmitted,
    initiatives.InitiativeAssigned,
    initiatives.InitiativeAssessed,
    initiatives.InitiativeWithdrawn,
    initiatives.InitiativeStarted,
    initiatives.InitiativeRealised,
    life.InitiativeReassigned,
    life.InitiativeSupplementRequested,
    life.InitiativeSupplemented,
    life.InitiativeTermExtended,
    life.InitiativeTermApproaching,
    life.InitiativeTermExceeded,
    life.InitiativeRedirected,
    life.InitiativePublicationCorrected,
    life.InitiativeEvaluated,
    initiatives.KernambtenaarAppointed,
    initiatives.KernambtenaarRelieved,
    ParticipationConsidered,
    ParticipationStarted,
    ActivityHeld,
    ParticipationConcluded,
    ParticipationCancelled,
    NetworkChanged,
    MilestoneReached,
    budget.BudgetAdopted,
    budget.BudgetAmended,
    budget.BudgetThresholdReached,
    budget.BudgetClosed,
    budget.OrganisationRegistered,
    budget.OrganisationChanged,
    budget.OrganisationEnded,
    budget.ContributionAllocated,
    budget.ContributionPaid,
    budget.ContributionWithdrawn,
    budget.GrantReserved,
    budget.GrantWaitlisted,
    budget.GrantReleased,
    budget.GrantAllocated,
    budget.GrantAmended,
    budget.GrantDeclined,
    budget.GrantWithdrawn,
    budget.GrantPaid,
    budget.GrantSettled,
    budget.GrantReturned,
    ExpenseCommitted,
    ExpenseAmended,
    ExpensePaid,
    surveys.SurveyOpened,
    surveys.SurveyClosed,
    surveys.SurveyCompleted,
    surveys.SurveyCorrected,
    surveys.BenchmarkRecorded,
    surveys.StoryPublished,
    surveys.StoryWithdrawn,
)
PUBLISHES = ()
OWNS = ("generation", "entity", "place", "cell")
