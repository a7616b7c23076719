# SPDX-License-Identifier: EUPL-1.2
"""Grants, read as they are shown."""

from sqlalchemy import Connection, select

from services.budget.model import GrantState
from services.budget.paging import after
from services.budget.tables import grants
from services.budget.views import GrantView
from shared.contracts.refusals import NotFound
from shared.http.paging import Page, Paging, page_of


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
    rows = select(grants).where(c.number > after(paging))
    wanted = {c.initiative_id: initiative_id, c.year: year, c.line: line, c.state: state}
    for column, value in wanted.items():
        if value is not None:
            rows = rows.where(column == value)
    found = connection.execute(rows.order_by(c.number).limit(paging.limit + 1)).mappings()
    return page_of(
        [GrantView.model_validate(dict(row)) for row in found], paging, key=lambda g: str(g.number)
    )
