# SPDX-License-Identifier: EUPL-1.2
"""The lists that the API answers, each read in the order of an index."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, func, select, tuple_

from services.initiatives import words
from services.initiatives.life import State
from services.initiatives.store import kernen_of
from services.initiatives.tables import initiative, initiative_kern
from services.initiatives.views import Counts, InitiativeSummary, StateCount
from shared.contracts.refusals import FieldError, Invalid

Sort = Literal["newest", "oldest", "due"]
Order = tuple[Column[Any], ...]


@dataclass(frozen=True)
class Filters:
    """What a list is limited to; None is no limit. The period is that of receipt, both days included."""

    kern: str | None = None
    state: State | None = None
    theme: str | None = None
    officer: str | None = None
    received_from: date | None = None
    received_until: date | None = None
    text: str | None = None


def listed(
    connection: Connection, filters: Filters, sort: Sort, after: str | None, limit: int
) -> list[InitiativeSummary]:
    """Initiatives in their order; `after` is the `key` of the last one seen."""
    return summaries(connection, initiatives_query(filters, sort, after).limit(limit))


def counts(connection: Connection, filters: Filters) -> Counts:
    """How many a list with these filters holds; the same conditions, so always the same number."""
    wanted, _ = _filtered(select(initiative.c.state, func.count()), filters, "newest")
    found: Counter[State] = Counter(dict(connection.execute(wanted.group_by(initiative.c.state)).all()))
    by_state = tuple(StateCount(state=state, count=found[state]) for state in sorted(found))
    return Counts(total=found.total(), by_state=by_state)


def summaries(connection: Connection, wanted: Select[Any]) -> list[InitiativeSummary]:
    rows = connection.execute(wanted).all()
    kernen = kernen_of(connection, [row.id for row in rows])
    return [InitiativeSummary(**summary_of(row, kernen[row.id])) for row in rows]


def key(view: InitiativeSummary, sort: Sort = "newest") -> str:
    return f"{view.decision_due_date if sort == 'due' else view.received_date}~{view.id}"


def initiatives_query(filters: Filters, sort: Sort, after: str | None) -> Select[Any]:
    wanted, order = _filtered(select(initiative), filters, sort)
    return below(wanted, order, after) if sort == "newest" else above(wanted, order, after)


def _filtered(wanted: Select[Any], filters: Filters, sort: Sort) -> tuple[Select[Any], Order]:
    it = initiative.c
    received: Order = (it.received_on, it.id)
    if filters.kern:
        wanted = wanted.join(initiative_kern, initiative_kern.c.initiative_id == it.id)
        wanted = wanted.where(initiative_kern.c.kern == filters.kern)
        # Read along the kern's own index, which holds the dates in their order.
        received = (initiative_kern.c.received_on, initiative_kern.c.initiative_id)
    exact = ((it.state, filters.state), (it.theme, filters.theme), (it.officer_id, filters.officer))
    wanted = wanted.where(*(column == value for column, value in exact if value))
    if filters.received_from:
        wanted = wanted.where(received[0] >= filters.received_from)
    if filters.received_until:
        wanted = wanted.where(received[0] <= filters.received_until)
    if filters.text:
        wanted = wanted.where(words.having(filters.text))
    return wanted, (it.decision_due_on, it.id) if sort == "due" else received


def below(wanted: Select[Any], order: Order, after: str | None) -> Select[Any]:
    """In descending order, from just below a key on."""
    if after:
        older: ColumnElement[bool] = tuple_(*order) < _seen(after)
        wanted = wanted.where(older)
    return wanted.order_by(*(column.desc() for column in order))


def above(wanted: Select[Any], order: Order, after: str | None) -> Select[Any]:
    """In ascending order, from just above a key on."""
    if after:
        newer: ColumnElement[bool] = tuple_(*order) > _seen(after)
        wanted = wanted.where(newer)
    return wanted.order_by(*order)


def _seen(after: str) -> tuple[date, str]:
    day, _, last_id = after.partition("~")
    try:
        return date.fromisoformat(day), last_id
    except ValueError:
        told = "is no cursor of this list; follow the next link of a page, or leave it out"
        raise Invalid(FieldError("after", told)) from None


def summary_of(row: Row[Any], kernen: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": row.state,
        "kernen": kernen,
        "theme": row.theme,
        "submitter_kind": row.submitter_kind,
        "title": row.title,
        "received_date": row.received_on,
        "decision_due_date": row.decision_due_on,
        "officer_id": row.officer_id,
        "origin": row.origin,
    }
