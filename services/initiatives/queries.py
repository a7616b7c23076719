# SPDX-License-Identifier: EUPL-1.2
"""What the API answers about one initiative."""

from typing import Any

from sqlalchemy import Connection, Row, Table, select

from services.initiatives.life import allowed_in
from services.initiatives.lists import summary_of
from services.initiatives.store import OF, kernen_of
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

# Built once: every command answers with this, and building one costs more than running it.
ONE = (
    select(initiative, assessment, money, evaluation)
    .select_from(initiative.outerjoin(assessment).outerjoin(money).outerjoin(evaluation))
    .where(initiative.c.id == OF)
)
SUPPLEMENTS = select(supplement).where(supplement.c.initiative_id == OF).order_by(supplement.c.id)
HISTORY = (
    select(initiative_history)
    .where(initiative_history.c.initiative_id == OF)
    .order_by(initiative_history.c.id)
)


def one(connection: Connection, municipality: Municipality, initiative_id: str) -> InitiativeView:
    """Everything that may be told about one initiative. May raise NotFound."""
    found = connection.execute(ONE, {"of": initiative_id}).one_or_none()
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
        assessment=_assessment(found),
        money=_money(found),
        support_given=found.support_given,
        evaluation=_evaluation(found),
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
    return tuple(
        SupplementView(
            asked_date=row.asked_on,
            asked=row.asked,
            answer_by_date=row.answer_by,
            answered_date=row.answered_on,
            answer=row.answer,
        )
        for row in connection.execute(SUPPLEMENTS, {"of": initiative_id})
    )


def _evaluation(row: Row[Any]) -> EvaluationView | None:
    found = _part(row, evaluation)
    return EvaluationView.model_validate(found) if found else None


def _assessment(row: Row[Any]) -> AssessmentView | None:
    found = _part(row, assessment)
    return AssessmentView.model_validate(found) if found else None


def _money(row: Row[Any]) -> MoneyView | None:
    found = _part(row, money)
    return MoneyView(**found, decided_date=found["decided_on"]) if found else None


def _part(row: Row[Any], table: Table) -> dict[str, Any] | None:
    """What one of the tables has about it, if anything."""
    values = row._mapping
    there = values[table.c.initiative_id] is not None
    return {column.name: values[column] for column in table.c} if there else None


def _history(connection: Connection, initiative_id: str) -> tuple[HistoryEntry, ...]:
    rows = connection.execute(HISTORY, {"of": initiative_id})
    return tuple(HistoryEntry.model_validate(dict(row._mapping)) for row in rows)
