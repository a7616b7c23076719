# SPDX-License-Identifier: EUPL-1.2
"""The public contract: every event of the suite, its envelope, and how the domain says no."""

from shared.contracts import budget, initiatives, notifications, surveys
from shared.contracts.envelope import EventData, catalogue_of
from shared.contracts.initiatives import life, persons

CATALOGUE: dict[str, type[EventData]] = catalogue_of(
    vars(initiatives), vars(life), vars(persons), vars(budget), vars(surveys), vars(notifications)
)
