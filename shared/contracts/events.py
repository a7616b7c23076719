# SPDX-License-Identifier: EUPL-1.2
"""Every event of the suite, by type."""

from shared.contracts import budget, initiatives, notifications, surveys
from shared.contracts.budget import expenses
from shared.contracts.envelope import EventData, catalogue_of
from shared.contracts.initiatives import life, participation, persons

OF_INITIATIVES = (vars(initiatives), vars(life), vars(persons), vars(participation))
CATALOGUE: dict[str, type[EventData]] = catalogue_of(
    *OF_INITIATIVES, vars(budget), vars(expenses), vars(surveys), vars(notifications)
)
