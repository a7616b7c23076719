# SPDX-License-Identifier: EUPL-1.2
"""What this service is asked: its books and files, read as they are shown."""

from typing import Any

from sqlalchemy import Connection, Select, and_, select

from services.budget import yearly
from services.budget.ledger import has_line
from services.budget.model import GrantState
from services.budget.paging import after
from services.budget.tables import (
    AVAILABLE,
    contribution_runs,
    contributions,
    grants,
    lines,
    organisations,
    postings,
    run_outcomes,
    years,
)
from services.budget.views import (
    BudgetYearView,
    ContributionRunView,
    GrantView,
    LineView,
    OrganisationView,
    PostingView,
    ShareView,
)
from shared.contracts.refusals import NotFound
from shared.http.paging import Page, Paging, page_of
from shared.municipality import Municipality


def budget_year(connection: Connection, year: int) -> BudgetYearView:
    found = _years(connection, select(years).where(years.c.year == year))
    if not found:
        raise NotFound(f"No budget of {year} has been adopted.")
    return found[0]


def budget_years(connection: Connection, paging: Paging) -> Page[BudgetYearView]:
    rows = select(years).where(years.c.year > after(paging)).order_by(years.c.year).limit(paging.limit + 1)
    return page_of(_years(connection, rows), paging, key=lambda view: str(view.year))


def _years(connection: Connection, wanted: Select[Any]) -> list[BudgetYearView]:
    found = connection.execute(wanted).mappings().all()
    c = lines.c
    of_these = select(lines, AVAILABLE.label("available_cents")).where(c.year.in_([y["year"] for y in found]))
    budget: dict[int, list[LineView]] = {}
    for row in connection.execute(of_these.order_by(c.line)).mappings():
        budget.setdefault(row["year"], []).append(LineView.model_validate(dict(row)))
    return [BudgetYearView(**year, lines=tuple(budget.get(year["year"], ()))) for year in found]


def line_postings(connection: Connection, year: int, line: str, paging: Paging) -> Page[PostingView]:
    if not has_line(connection, year, line):
        raise NotFound(f"No budget of {year} with a line {line} has been adopted.")
    c = postings.c
    rows = select(postings).where(c.year == year, c.line == line, c.id > after(paging))
    found = connection.execute(rows.order_by(c.id).limit(paging.limit + 1)).mappings()
    views = [PostingView.model_validate(dict(row)) for row in found]
    return page_of(views, paging, key=lambda view: str(view.id))


def organisation(connection: Connection, organisation_id: str) -> OrganisationView:
    row = (
        connection.execute(select(organisations).where(organisations.c.id == organisation_id))
        .mappings()
        .first()
    )
    if row is None:
        raise NotFound(f"There is no organisation {organisation_id}.")
    return OrganisationView.model_validate(dict(row))


def all_organisations(connection: Connection, paging: Paging) -> Page[OrganisationView]:
    c = organisations.c
    rows = select(organisations).where(c.number > after(paging)).order_by(c.number).limit(paging.limit + 1)
    views = [OrganisationView.model_validate(dict(row)) for row in connection.execute(rows).mappings()]
    return page_of(views, paging, key=lambda view: str(view.number))


def preview(connection: Connection, year: int, municipality: Municipality) -> ContributionRunView:
    """What a run would do now; nothing is written."""
    shares = yearly.shares_in(connection, year, municipality)
    outcomes = [
        ShareView(
            organisation_id=share.organisation.id,
            kind=share.organisation.kind,
            kernen=share.organisation.kernen,
            line=share.rate.line,
            amount_cents=share.rate.amount_cents,
            outcome=share.outcome,
        )
        for share in shares
    ]
    return ContributionRunView(id=None, year=year, preview=True, outcomes=tuple(outcomes))


def contribution_run(connection: Connection, run_id: str) -> ContributionRunView:
    run = (
        connection.execute(select(contribution_runs).where(contribution_runs.c.id == run_id))
        .mappings()
        .first()
    )
    if run is None:
        raise NotFound(f"There is no contribution run {run_id}.")
    o, c = organisations.c, contributions.c
    given = and_(c.organisation_id == o.id, c.year == run["year"])
    rows = (
        select(run_outcomes, o.kind, o.kernen, c.id.label("contribution_id"))
        .join_from(run_outcomes, organisations)
        .outerjoin(contributions, given)
        .where(run_outcomes.c.run_id == run_id)
        .order_by(o.number)
    )
    outcomes = tuple(ShareView.model_validate(dict(row)) for row in connection.execute(rows).mappings())
    return ContributionRunView(**run, preview=False, outcomes=outcomes)


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
