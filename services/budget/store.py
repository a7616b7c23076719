# SPDX-License-Identifier: EUPL-1.2
"""What the budget service keeps beside its ledger: years, organisations, contributions and grants."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.budget.model import Act, Grant
from services.budget.policy import NO_MONEY, Objection, Organisation, Share
from services.budget.tables import (
    AVAILABLE,
    contribution_runs,
    contributions,
    grants,
    lines,
    organisations,
    run_outcomes,
    themes,
    years,
)
from shared.contracts.budget import BudgetAdopted, ContributionAllocated, OrganisationRegistered
from shared.contracts.refusals import NotFound

Values = dict[str, Any]
# Built once: building a statement costs more than running it.
NEW_GRANT = insert(grants)
LINE_OF_GRANT = (
    select(lines.c.line)
    .join(grants, and_(grants.c.year == lines.c.year, grants.c.line == lines.c.line))
    .where(or_(grants.c.id == bindparam("of_id"), grants.c.initiative_id == bindparam("of_id")))
    .with_for_update(of=lines)
)
GRANT_OF_ID = select(grants).where(grants.c.id == bindparam("of_id")).with_for_update()
GRANT_OF_INITIATIVE = select(grants).where(grants.c.initiative_id == bindparam("of_id")).with_for_update()
SAVED_GRANT = update(grants).where(grants.c.id == bindparam("of_id"))


def add_year(connection: Connection, year_id: str, data: BudgetAdopted, now: datetime) -> bool:
    """False if that year has its budget already; one statement, so that two adoptions cannot both pass."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(years).values(
        year=data.year,
        id=year_id,
        total_cents=data.total_cents,
        decision_reference=data.decision_reference,
        adopted_on=data.happened_on,
        origin=data.origin,
        recorded_at=now,
    )
    once = fresh.on_conflict_do_nothing(index_elements=[years.c.year]).returning(years.c.id)
    return connection.execute(once).first() is not None


def is_adopted(connection: Connection, year: int) -> bool:
    return connection.execute(select(years.c.year).where(years.c.year == year)).first() is not None


def add_organisation(
    connection: Connection, organisation_id: str, data: OrganisationRegistered, now: datetime
) -> None:
    fresh = insert(organisations).values(
        id=organisation_id,
        kind=data.kind,
        kernen=data.kernen,
        name=data.name,
        active_from=data.active_from,
        active_until=data.active_until,
        registered_on=data.happened_on,
        origin=data.origin,
        recorded_at=now,
    )
    connection.execute(fresh)


def all_organisations(connection: Connection) -> list[Organisation]:
    """In the order of their registration."""
    c = organisations.c
    rows = connection.execute(
        select(c.id, c.kind, c.kernen, c.active_from, c.active_until).order_by(c.number)
    )
    return [Organisation(o.id, o.kind, tuple(o.kernen), o.active_from, o.active_until) for o in rows]


def served_in(connection: Connection, year: int) -> set[str]:
    """The organisations that have their contribution of this year."""
    wanted = select(contributions.c.organisation_id).where(contributions.c.year == year)
    return set(connection.execute(wanted).scalars())


def add_run(connection: Connection, run_id: str, year: int, act: Act, now: datetime) -> None:
    fresh = insert(contribution_runs).values(
        id=run_id, year=year, happened_on=act.happened_on, origin=act.origin, recorded_at=now
    )
    connection.execute(fresh)


def add_outcomes(connection: Connection, run_id: str, shares: Sequence[Share]) -> None:
    rows = [
        {
            "run_id": run_id,
            "organisation_id": share.organisation.id,
            "line": share.rate.line,
            "amount_cents": share.rate.amount_cents,
            "outcome": share.outcome,
        }
        for share in shares
    ]
    if rows:
        connection.execute(insert(run_outcomes), rows)


def add_contribution(
    connection: Connection, contribution_id: str, run_id: str, data: ContributionAllocated
) -> None:
    fresh = insert(contributions).values(
        id=contribution_id,
        organisation_id=data.organisation_id,
        year=data.year,
        line=data.line,
        amount_cents=data.amount_cents,
        decided_on=data.decided_on,
        legal_basis=data.legal_basis,
        origin=data.origin,
        run_id=run_id,
    )
    connection.execute(fresh)


def grant(connection: Connection, grant_id: str) -> Grant:
    """Locked until the transaction ends, its line before it: a second decision sees the first."""
    connection.execute(LINE_OF_GRANT, {"of_id": grant_id})
    row = connection.execute(GRANT_OF_ID, {"of_id": grant_id}).first()
    if row is None:
        raise NotFound(f"There is no grant {grant_id}.")
    return _grant(row)


def grant_for(connection: Connection, initiative_id: str) -> Grant | None:
    """The grant of an initiative, if money was asked for it; locked as well."""
    connection.execute(LINE_OF_GRANT, {"of_id": initiative_id})
    row = connection.execute(GRANT_OF_INITIATIVE, {"of_id": initiative_id}).first()
    return None if row is None else _grant(row)


def in_line(connection: Connection, year: int, line: str) -> list[Grant]:
    """The requests that lack nothing but money and ask no more than there is, in the order of asking."""
    c = grants.c
    wanted = (
        select(grants)
        .join(lines, and_(lines.c.year == c.year, lines.c.line == c.line))
        .where(c.year == year, c.line == line, c.state.in_(["refusal-proposed", "waiting"]))
        .where(c.reason.in_(sorted(NO_MONEY)), c.asked_cents <= AVAILABLE)
        .order_by(c.number)
        .with_for_update(of=grants)
    )
    return [_grant(row) for row in connection.execute(wanted)]


def add_theme(connection: Connection, initiative_id: str, theme: str) -> None:
    connection.execute(insert(themes).values(initiative_id=initiative_id, theme=theme))


def add_grant(connection: Connection, grant: Grant) -> None:
    connection.execute(NEW_GRANT, _values(grant))


def save_grant(connection: Connection, grant: Grant) -> None:
    connection.execute(SAVED_GRANT, {**_values(grant), "of_id": grant.id})


def _grant(row: Row[Any]) -> Grant:
    values = dict(row._mapping)
    reason, unmet = values.pop("reason"), values.pop("unmet")
    del values["number"]
    values["kernen"] = tuple(values["kernen"])
    return Grant(**values, objection=Objection(reason, tuple(unmet)) if reason else None)


def _values(grant: Grant) -> Values:
    values = dict(vars(grant))
    objection = values.pop("objection")
    values["reason"] = objection.reason if objection else None
    values["unmet"] = objection.criteria if objection else ()
    return values
