# SPDX-License-Identifier: EUPL-1.2
"""What this service does because a day has come: surveys open and close, and answers are forgotten."""

from collections.abc import Sequence
from datetime import timedelta

from services.surveys.survey import handlers, model, store
from shared.contracts.envelope import NewEvent
from shared.messaging.items import ForEach
from shared.messaging.transaction import Transaction

AT_ONCE = 20  # surveys in one transaction


def _to_open(tx: Transaction, but: frozenset[str]) -> Sequence[str]:
    return store.to_open(tx.connection, tx.today, but, AT_ONCE)


def _open(survey_id: str, tx: Transaction) -> Sequence[NewEvent]:
    """Its first day has come."""
    survey = store.load(tx.connection, survey_id)
    if survey.state != "planned":
        return []
    return handlers.save(model.open_now(survey, model.on_first_day(survey)), tx)


def _to_close(tx: Transaction, but: frozenset[str]) -> Sequence[str]:
    return store.to_close(tx.connection, tx.today, but, AT_ONCE)


def _close(survey_id: str, tx: Transaction) -> Sequence[NewEvent]:
    """Its last day has passed: as of that day, with its results."""
    survey = store.load(tx.connection, survey_id)
    if survey.state != "open":
        return []
    return handlers.count(survey, model.after_last_day(survey), tx)


def forget_answers(tx: Transaction) -> Sequence[NewEvent]:
    """What was answered goes once it was counted and the time to ask about it is over."""
    store.forget_answers(tx.connection, tx.today - timedelta(weeks=tx.municipality.answers_kept_weeks))
    return []


open_surveys = ForEach("open_surveys", _to_open, _open)
close_surveys = ForEach("close_surveys", _to_close, _close)
TIMERS = (open_surveys, close_surveys, forget_answers)
