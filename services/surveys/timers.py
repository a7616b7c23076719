# SPDX-License-Identifier: EUPL-1.2
"""What this service does because a day has come: surveys open and close, and answers are forgotten."""

from collections.abc import Sequence
from datetime import timedelta

from services.surveys.survey import handlers, model, store
from shared.contracts.envelope import NewEvent
from shared.messaging.transaction import Transaction

AT_ONCE = 20  # surveys in one transaction


def open_surveys(tx: Transaction) -> Sequence[NewEvent]:
    """Those whose first day has come."""
    due = store.to_open(tx.connection, tx.today, AT_ONCE)
    changes = [model.open_now(survey, model.on_first_day(survey)) for survey in due]
    return [event for change in changes for event in handlers.save(change, tx)]


def close_surveys(tx: Transaction) -> Sequence[NewEvent]:
    """Those whose last day has passed, as of that day, with their results."""
    due = store.to_close(tx.connection, tx.today, AT_ONCE)
    return [event for survey in due for event in handlers.count(survey, model.after_last_day(survey), tx)]


def forget_answers(tx: Transaction) -> Sequence[NewEvent]:
    """What was answered goes once it was counted and the time to ask about it is over."""
    store.forget_answers(tx.connection, tx.today - timedelta(weeks=tx.municipality.answers_kept_weeks))
    return []


TIMERS = (open_surveys, close_surveys, forget_answers)
