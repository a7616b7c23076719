# SPDX-License-Identifier: EUPL-1.2
"""Budget: the council's money for liveability, and every promise made from it.

It decides whether an initiative that was assessed gets the money it asked for, gives organisations their
yearly contributions, and keeps the ledger that explains every cent. Never is more promised than a line
holds. What it does not know: who asks, and why; that is the initiatives service's.

`ledger/` where every cent is, and the guard · `grants/` money for an initiative · `years/` what the council
set aside, until a year is closed · `organisations/` the register · `contributions/` what it is entitled to
every year · `expenses/` what the municipality buys itself · `payments/` orders to the financial system: what
is payable stands in `handlers.py`, with who takes which message · `statements/` what explains the money ·
`exports/` files of it · `pages/` what people see · `metrics.py` what monitoring sees · `verify.py` what is
recomputed · `migrations/` how the store came to be.
"""

from shared.contracts import budget, initiatives
from shared.contracts.budget.expenses import ExpenseAmended, ExpenseCommitted, ExpensePaid
from shared.contracts.initiatives import life

CONSUMES = (
    initiatives.InitiativeSubmitted,
    initiatives.InitiativeAssessed,
    life.InitiativePublicationCorrected,
    initiatives.InitiativeWithdrawn,
)
PUBLISHES = (
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
)
OWNS = (
    "budget_years",
    "budget_lines",
    "budget_amendments",
    "kern_holds",
    "postings",
    "organisations",
    "contribution_runs",
    "contributions",
    "contribution_run_outcomes",
    "grants",
    "initiative_themes",
    "initiative_purposes",
    "payment_files",
    "payment_orders",
    "expenses",
)
