# SPDX-License-Identifier: EUPL-1.2
"""What the API answers about one initiative; and which of them something is due of by the clock."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Connection, Row, Table, bindparam, select

from services.initiatives.assessment.tables import assessment
from services.initiatives.assessment.views import AssessmentView
from services.initiatives.initiative.lifecycle import allowed_in
from services.initiatives.initiative.store import AMONG, OF, WITH_FIRST_KERN, kernen_of
from services.initiatives.initiative.tables import (
    evaluation,
    initiative,
    initiative_history,
    initiative_kern,
    money,
    supplement,
)
from services.initiatives.initiative.views import (
    ContactPoint,
    EvaluationView,
    HistoryLineView,
    InitiativeView,
    MoneyView,
    SupplementView,
    TermView,
)
from shared.contracts.envelope import Data
from shared.contracts.refusals import NotFound
from shared.municipality import Municipality

Shown = TypeVar("Shown", bound=Data)
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

AT_ONCE = 100  # of what a timer does in one transaction
BUT: BindParameter[Sequence[str]] = bindparam("but", expanding=True)
ALARMED = (
    select(initiative.c.id)
    .where(initiative.c.alarm_on <= bindparam("day"), initiative.c.id.not_in(BUT))
    .order_by(initiative.c.alarm_on, initiative.c.id)
    .limit(AT_ONCE)
)
UNTAKEN = (
    select(initiative.c.id)
    .select_from(WITH_FIRST_KERN)
    .where(
        initiative.c.state == "submitted",
        initiative.c.origin == "live",
        initiative_kern.c.kern.in_(AMONG),
        initiative.c.id.not_in(BUT),
    )
    .order_by(initiative.c.received_on, initiative.c.id)
    .limit(AT_ONCE)
)


def one(connection: Connection, municipality: Municipality, initiative_id: str) -> InitiativeView:
    """Everything that may be shown of one initiative. May raise NotFound."""
    row = connection.execute(ONE, {"of": initiative_id}).one_or_none()
    if row is None:
        raise NotFound(f"There is no initiative {initiative_id}.")
    found, point = shown(_part(row, initiative)), municipality.contact
    parts = {
        "kernen": kernen_of(connection, [initiative_id])[initiative_id],
        "term": TermView.model_validate(
            {**found, "answer_by_date": found["answer_by"], "runs": found["term_due_on"] is not None}
        ),
        "supplements": _supplements(connection, initiative_id),
        "assessment": _view(AssessmentView, row, assessment),
        "money": _view(MoneyView, row, money),
        "evaluation": _view(EvaluationView, row, evaluation),
        "contact_point": ContactPoint(name=point.name, email=point.email, url=point.url),
        "allowed": allowed_in(found["state"], found["published"]),
        "history": _history(connection, initiative_id),
    }
    return InitiativeView.model_validate({**found, **parts})


def untaken(connection: Connection, kernen: Collection[str], but: Collection[str]) -> list[str]:
    """Some of what is live and taken up by nobody yet, with one of these kernen as its first."""
    return list(connection.execute(UNTAKEN, {"among": list(kernen), "but": list(but)}).scalars())


def alarmed(connection: Connection, today: date, but: Collection[str]) -> list[str]:
    """Some of those of whose term notice is due by today."""
    return list(connection.execute(ALARMED, {"day": today, "but": list(but)}).scalars())


def shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row under the names of its view: what a table calls `received_on`, people read as `receivedDate`."""
    dates = {f"{name.removesuffix('_on')}_date": row[name] for name in row if name.endswith("_on")}
    return {**row, **dates}


def _view(view: type[Shown], row: Row[Any], table: Table) -> Shown | None:
    """What one of the tables has about it, if anything."""
    there = row._mapping[table.c.initiative_id] is not None
    return view.model_validate(shown(_part(row, table))) if there else None


def _part(row: Row[Any], table: Table) -> dict[str, Any]:
    return {column.name: row._mapping[column] for column in table.c}


def _supplements(connection: Connection, initiative_id: str) -> tuple[SupplementView, ...]:
    rows = connection.execute(SUPPLEMENTS, {"of": initiative_id}).mappings()
    return tuple(
        SupplementView.model_validate({**shown(row), "answer_by_date": row["answer_by"]}) for row in rows
    )


def _history(connection: Connection, initiative_id: str) -> tuple[HistoryLineView, ...]:
    rows = connection.execute(HISTORY, {"of": initiative_id}).mappings()
    return tuple(HistoryLineView.model_validate(dict(row)) for row in rows)
