# SPDX-License-Identifier: EUPL-1.2
"""What the API answers about one initiative."""

from typing import Any

from sqlalchemy import Connection, Row, select

from services.initiatives.life import allowed_in
from services.initiatives.lists import summary_of
from services.initiatives.store import kernen_of
from services.initiatives.tables import (
    assessment,
    evaluation,
    initiative,
    initiative_history,
    money,
    supplement,
)
from services.initiatives.views import (
    AssessmentView,
    ContactPoint,
    EvaluationView,
    HistoryEntry,
    InitiativeView,
    MoneyView,
    SupplementView,
    TermView,
)
from shared.contracts.refusals import NotFound
from shared.municipality import Municipality


def one(connection: Connection, municipality: Municipality, initiative_id: str) -> InitiativeView:
    """Everything that may be told about one initiative. May raise NotFound."""
    found = connection.execute(select(initiative).where(initiative.c.id == initiative_id)).one_or_none()
    if found is None:
        raise NotFound(f"There is no initiative {initiative_id}.")
    point = municipality.contact
    return InitiativeView(
        **summary_of(found, kernen_of(connection, [found.id])[found.id]),
        channel=found.channel,
        description=found.description,
        amount_asked_cents=found.amount_asked_cents,
        wanted_start_date=found.wanted_start_on,
        term=_term(found),
        supplements=_supplements(connection, initiative_id),
        assessment=_assessment(connection, initiative_id),
        money=_money(connection, initiative_id),
        support_given=found.support_given,
        evaluation=_evaluation(connection, initiative_id),
        contact_point=ContactPoint(name=point.name, email=point.email, url=point.url),
        allowed=allowed_in(found.state, found.published),
        history=_history(connection, initiative_id),
    )


def _term(row: Row[Any]) -> TermView:
    return TermView(
        decision_due_date=row.decision_due_on,
        approaching_date=row.approaching_on,
        answer_by_date=row.answer_by,
        extended=row.extended,
        runs=row.term_due_on is not None,
    )


def _supplements(connection: Connection, initiative_id: str) -> tuple[SupplementView, ...]:
    wanted = select(supplement).where(supplement.c.initiative_id == initiative_id)
    return tuple(
        SupplementView(
            asked_date=row.asked_on,
            asked=row.asked,
            answer_by_date=row.answer_by,
            answered_date=row.answered_on,
            answer=row.answer,
        )
        for row in connection.execute(wanted.order_by(supplement.c.id))
    )


def _evaluation(connection: Connection, initiative_id: str) -> EvaluationView | None:
    wanted = select(evaluation).where(evaluation.c.initiative_id == initiative_id)
    found = connection.execute(wanted).one_or_none()
    return EvaluationView.model_validate(dict(found._mapping)) if found else None


def _assessment(connection: Connection, initiative_id: str) -> AssessmentView | None:
    wanted = select(assessment).where(assessment.c.initiative_id == initiative_id)
    found = connection.execute(wanted).one_or_none()
    return AssessmentView.model_validate(dict(found._mapping)) if found else None


def _money(connection: Connection, initiative_id: str) -> MoneyView | None:
    found = connection.execute(select(money).where(money.c.initiative_id == initiative_id)).one_or_none()
    return MoneyView(**found._mapping, decided_date=found.decided_on) if found else None


def _history(connection: Connection, initiative_id: str) -> tuple[HistoryEntry, ...]:
    wanted = select(initiative_history).where(initiative_history.c.initiative_id == initiative_id)
    rows = connection.execute(wanted.order_by(initiative_history.c.id))
    return tuple(HistoryEntry.model_validate(dict(row._mapping)) for row in rows)
