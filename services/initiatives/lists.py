# SPDX-License-Identifier: EUPL-1.2
"""The lists that the API answers, read in the order of an index, the newest first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, select, tuple_

from services.initiatives.store import kernen_of
from services.initiatives.tables import initiative, initiative_kern
from services.initiatives.views import InitiativeSummary
from shared.contracts.refusals import FieldError, Invalid


@dataclass(frozen=True)
class Filters:
    """What a list is limited to; None is no limit."""

    kern: str | None = None
    state: str | None = None
    theme: str | None = None


def listed(
    connection: Connection, filters: Filters, after: str | None, limit: int
) -> list[InitiativeSummary]:
    """Initiatives, the last received first; `after` is the `key` of the last one seen."""
    wanted = initiatives_query(filters, after).limit(limit)
    rows = connection.execute(wanted).all()
    kernen = kernen_of(connection, [row.id for row in rows])
    return [InitiativeSummary(**summary_of(row, kernen[row.id])) for row in rows]


def key(view: InitiativeSummary) -> str:
    return f"{view.received_date}~{view.id}"


def initiatives_query(filters: Filters, after: str | None) -> Select[Any]:
    wanted = select(initiative)
    order: tuple[Column[Any], ...] = (initiative.c.received_on, initiative.c.id)
    if filters.kern:
        # Read along the kern's own index, which holds the dates in their order.
        order = (initiative_kern.c.received_on, initiative_kern.c.initiative_id)
        wanted = wanted.join(initiative_kern, initiative_kern.c.initiative_id == initiative.c.id)
        wanted = wanted.where(initiative_kern.c.kern == filters.kern)
    if filters.state:
        wanted = wanted.where(initiative.c.state == filters.state)
    if filters.theme:
        wanted = wanted.where(initiative.c.theme == filters.theme)
    return below(wanted, order, after)


def below(wanted: Select[Any], order: tuple[Column[Any], ...], after: str | None) -> Select[Any]:
    """In descending order, from just below a key on."""
    if after:
        day, _, last_id = after.partition("~")
        try:
            seen = (date.fromisoformat(day), last_id)
        except ValueError:
            told = "is no cursor of this list; follow the next link of a page, or leave it out"
            raise Invalid(FieldError("after", told)) from None
        older: ColumnElement[bool] = tuple_(*order) < seen
        wanted = wanted.where(older)
    return wanted.order_by(*(column.desc() for column in order))


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
