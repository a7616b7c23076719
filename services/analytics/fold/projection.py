# SPDX-License-Identifier: EUPL-1.2
"""The fold: what each event does to what the overview knows. Pure: no clock, no store, no other entity.

A fold answers to anything, also to an event whose predecessors a person discarded: a rebuild meets the
whole history of the stream, and one odd event must not keep the overview from ever being built.
"""

from collections.abc import Callable
from typing import Any

from services.analytics.fold import (
    initiative_events,
    money_events,
    participation_events,
    partner_events,
    survey_events,
)
from services.analytics.fold.initiative_events import Initiative
from services.analytics.fold.money_events import BudgetYear, Contribution, Expense, Grant
from services.analytics.fold.participation_events import Milestone, Participation
from services.analytics.fold.partner_events import Appointment, Network, Organisation
from services.analytics.fold.survey_events import Benchmark, Result, Story, Survey
from shared.contracts.envelope import EventData

Entity = (
    Initiative
    | Grant
    | Contribution
    | Expense
    | Organisation
    | BudgetYear
    | Appointment
    | Survey
    | Result
    | Benchmark
    | Story
    | Participation
    | Network
    | Milestone
)

# Every type of every aggregate the overview follows: a rebuild counts the versions of what it folds.
FOLDS: dict[type[EventData], Callable[[Entity | None, Any], Entity]] = {
    **initiative_events.FOLDS,
    **partner_events.FOLDS,
    **participation_events.FOLDS,
    **money_events.FOLDS,
    **survey_events.FOLDS,
}


def fold(entity: Entity | None, data: EventData) -> Entity:
    """What is known of a subject after one more of its events."""
    return FOLDS[type(data)](entity, data)
