# SPDX-License-Identifier: EUPL-1.2
"""The HTTP commands and queries of the budget."""

from services.budget.contributions.api import router as contributions
from services.budget.expenses.api import router as expenses
from services.budget.exports.api import router as exports
from services.budget.grants.api import router as grants
from services.budget.handlers import PAYABLE
from services.budget.organisations.api import router as organisations
from services.budget.payments.api import routes_for
from services.budget.statements.api import router as statements
from services.budget.years.api import router as years
from shared.http.router import Router

router = Router()
for part in (years, organisations, contributions, grants, statements, exports, expenses):
    router.include_router(part)
router.include_router(routes_for(PAYABLE))
