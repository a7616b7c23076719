# SPDX-License-Identifier: EUPL-1.2
"""Grants as they are shown, and those that wait for a decision of the budget holder."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from services.budget.grants.model import GrantState
from services.budget.grants.tables import grants, themes
from services.budget.grants.views import GrantView, OpenDecisionView
from services.budget.ledger.tables import AVAILABLE, lines
from shared.contracts.refusals import NotFound
from shared.http.paging import Page, Paging, page_of

SIMILAR = 10  # at most so many are pointed out


def grant(connection: Connection, grant_id: str) -> GrantView:
    row = connection.execute(select(grants).where(grants.c.id == grant_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no grant {grant_id}.")
    return GrantView.model_validate(dict(row))


def all_grants(
    connection: Connection,
    paging: Paging,
    initiative_id: str | None = None,
    year: int | None = None,
    line: str | None = None,
    state: GrantState | None = None,
) -> Page[GrantView]:
    c = grants.c
    rows = select(grants).where(c.number > paging.number())
    wanted = {c.initiative_id: initiative_id, c.year: year, c.line: line, c.state: state}
    for column, value in wanted.items():
        if value is not None:
            rows = rows.where(column == value)
    found = connection.execute(rows.order_by(c.number).limit(paging.limit + 1)).mappings()
    return page_of(
        [GrantView.model_validate(dict(row)) for row in found], paging, key=lambda g: str(g.number)
    )


def open_decisions(connection: Connection, paging: Paging) -> Page[OpenDecisionView]:
    """What is reserved and what is to be refused, in the order of asking."""
    c = grants.c
    wanted = (
        select(grants, themes.c.theme, AVAILABLE.label("available_cents"))
        .outerjoin(themes, themes.c.initiative_id == c.initiative_id)
        .outerjoin(lines, and_(lines.c.year == c.year, lines.c.line == c.line))
        .where(c.state.in_(["reserved", "refusal-proposed"]), c.number > paging.number())
        .order_by(c.number)
        .limit(paging.limit + 1)
    )
    found = connection.execute(wanted).all()
    earlier = _earlier(connection, found)
    items = [
        OpenDecisionView.model_validate({**row._mapping, "similar": _similar(row, earlier)}) for row in found
    ]
    return page_of(items, paging, key=lambda item: str(item.number))


def _earlier(connection: Connection, found: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Every request about the themes of these, the latest first."""
    c = grants.c
    about = {row.theme for row in found if row.theme}
    if not about:
        return []
    wanted = select(c.id, c.number, c.kernen, c.year, c.recipient_kind, themes.c.theme)
    wanted = wanted.join(themes, themes.c.initiative_id == c.initiative_id)
    since = min(row.year for row in found) - 1
    wanted = wanted.where(themes.c.theme.in_(about), c.year >= since, c.number < found[-1].number)
    return list(connection.execute(wanted.order_by(c.number.desc())))


def _similar(asked: Row[Any], earlier: Sequence[Row[Any]]) -> tuple[str, ...]:
    same = (
        row.id
        for row in earlier
        if row.number < asked.number
        and row.year >= asked.year - 1
        and (row.kernen[:1], row.theme, row.recipient_kind)
        == (asked.kernen[:1], asked.theme, asked.recipient_kind)
    )
    return tuple(same)[:SIMILAR]
