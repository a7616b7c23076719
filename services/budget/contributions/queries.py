# SPDX-License-Identifier: EUPL-1.2
"""Contributions and their runs, read as they are shown."""

from typing import Any

from sqlalchemy import Connection, Select, and_, select

from services.budget.contributions import store
from services.budget.contributions.tables import contribution_runs, contributions, run_outcomes
from services.budget.contributions.views import ContributionRunView, ContributionView, ShareView
from services.budget.ledger.tables import years
from services.budget.organisations.tables import organisations
from shared.contracts.envelope import Origin
from shared.contracts.refusals import NotFound, Refused
from shared.http.paging import Page, Paging, page_of
from shared.municipality import Municipality


def preview(
    connection: Connection, year: int, origin: Origin, municipality: Municipality
) -> ContributionRunView:
    """What a run would do now; nothing is written."""
    row = connection.execute(select(years.c.closed_on).where(years.c.year == year)).first()
    if row is None or row.closed_on:
        state = "closed" if row else "not adopted"
        raise Refused("year-closed" if row else "not-adopted", f"The budget of {year} is {state}.")
    everybody = [organisation for _, organisation in store.after(connection, 0, origin)]
    outcomes = [
        ShareView(
            organisation_id=share.organisation.id,
            kind=share.organisation.kind,
            kernen=share.organisation.kernen,
            line=share.rate.line,
            amount_cents=share.rate.amount_cents,
            outcome=share.outcome,
        )
        for share in store.shares(connection, year, everybody, municipality)
    ]
    return ContributionRunView(id=None, year=year, preview=True, finished=True, outcomes=tuple(outcomes))


def contribution_run(connection: Connection, run_id: str) -> ContributionRunView:
    wanted = select(contribution_runs).where(contribution_runs.c.id == run_id)
    run = connection.execute(wanted).mappings().first()
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
    finished = run["finished_at"] is not None
    return ContributionRunView(**run, preview=False, finished=finished, outcomes=outcomes)


def contribution(connection: Connection, contribution_id: str) -> ContributionView:
    row = connection.execute(_all().where(contributions.c.id == contribution_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no contribution {contribution_id}.")
    return ContributionView.model_validate(dict(row))


def all_contributions(
    connection: Connection, paging: Paging, year: int | None, organisation_id: str | None
) -> Page[ContributionView]:
    """In the order of their ids."""
    c = contributions.c
    rows = _all()
    for column, value in ((c.year, year), (c.organisation_id, organisation_id)):
        if value is not None:
            rows = rows.where(column == value)
    if paging.after is not None:
        rows = rows.where(c.id > paging.after)
    found = connection.execute(rows.order_by(c.id).limit(paging.limit + 1)).mappings()
    return page_of(
        [ContributionView.model_validate(dict(row)) for row in found], paging, key=lambda view: view.id
    )


def _all() -> Select[Any]:
    return select(contributions, organisations.c.kind).join_from(contributions, organisations)
