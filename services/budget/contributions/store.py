# SPDX-License-Identifier: EUPL-1.2
"""Contributions and their runs, as they are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, insert, literal, select, update

from services.budget.contributions import policy
from services.budget.contributions.model import Contribution, ContributionRun, State
from services.budget.contributions.policy import Rate, Share
from services.budget.contributions.tables import contribution_runs, contributions, run_outcomes
from services.budget.ledger import store as ledger
from services.budget.organisations.model import Organisation
from services.budget.organisations.tables import organisations
from shared.contracts.budget import ContributionAllocated
from shared.contracts.commands import Act
from shared.contracts.envelope import Origin
from shared.contracts.refusals import NotFound
from shared.messaging.transaction import Transaction
from shared.municipality import Municipality


def after(
    connection: Connection, number: int, origin: Origin, limit: int | None = None
) -> list[tuple[int, Organisation]]:
    """The organisations registered after this number, in the order of their registration: those of the
    example for its own runs, and all others for those that are real."""
    c = organisations.c
    wanted = select(c.number, c.id, c.kind, c.kernen, c.active_from, c.active_until).where(c.number > number)
    wanted = wanted.where((c.origin == "example") == literal(origin == "example"))
    rows = connection.execute(wanted.order_by(c.number).limit(limit))
    return [
        (o.number, Organisation(o.id, o.kind, tuple(o.kernen), o.active_from, o.active_until)) for o in rows
    ]


def served_in(connection: Connection, year: int, among: Sequence[str] | None = None) -> set[str]:
    """The organisations that have, or had, their contribution of this year."""
    c = contributions.c
    wanted = select(c.organisation_id).where(c.year == year)
    if among is not None:
        wanted = wanted.where(c.organisation_id.in_(among))
    return set(connection.execute(wanted).scalars())


def shares(
    connection: Connection, year: int, organisations: Sequence[Organisation], municipality: Municipality
) -> list[Share]:
    """What a run does for these organisations, as things stand."""
    rates = {c.kind: Rate(c.line, c.amount_cents) for c in municipality.contributions}
    served = served_in(connection, year, [each.id for each in organisations])
    return policy.shares(year, organisations, rates, served, ledger.available(connection, year))


def add_run(connection: Connection, run_id: str, year: int, act: Act, tx: Transaction) -> None:
    fresh = insert(contribution_runs).values(
        id=run_id,
        year=year,
        happened_on=act.happened_on,
        origin=act.origin,
        recorded_at=tx.now,
        correlation_id=tx.cause.correlation_id,
        run_by=tx.actor.person,
    )
    connection.execute(fresh)


def run(connection: Connection, run_id: str) -> ContributionRun:
    """Locked until the transaction ends, so that no two go on with it."""
    wanted = select(contribution_runs).where(contribution_runs.c.id == run_id).with_for_update()
    row = connection.execute(wanted).one()
    act = Act("budget-holder", row.happened_on, row.origin)
    return ContributionRun(row.id, row.year, act, row.reached, row.finished_at)


def unfinished(connection: Connection) -> Sequence[Row[str, int]]:
    """The runs that are to go on, the oldest first: id and how far each is."""
    c = contribution_runs.c
    wanted = select(c.id, c.reached).where(c.finished_at.is_(None))
    return connection.execute(wanted.order_by(c.recorded_at)).all()


def correlation_of(connection: Connection, run_id: str) -> str | None:
    """Of the command that began a run."""
    wanted = select(contribution_runs.c.correlation_id).where(contribution_runs.c.id == run_id)
    return cast("str | None", connection.execute(wanted).scalar_one())


def is_running(connection: Connection, year: int) -> bool:
    c = contribution_runs.c
    wanted = select(c.id).where(c.year == year, c.finished_at.is_(None))
    return connection.execute(wanted).first() is not None


def go_on(connection: Connection, run_id: str, reached: int, finished_at: datetime | None) -> None:
    values = {"reached": reached, "finished_at": finished_at}
    connection.execute(update(contribution_runs).where(contribution_runs.c.id == run_id).values(values))


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


def add(connection: Connection, contribution_id: str, run_id: str, data: ContributionAllocated) -> None:
    fresh = insert(contributions).values(
        id=contribution_id,
        organisation_id=data.organisation_id,
        kernen=data.kernen,
        year=data.year,
        line=data.line,
        amount_cents=data.amount_cents,
        decided_on=data.decided_on,
        legal_basis=data.legal_basis,
        origin=data.origin,
        run_id=run_id,
    )
    connection.execute(fresh)


def contribution(connection: Connection, contribution_id: str) -> Contribution:
    """Locked until the transaction ends."""
    c = contributions.c
    kept = (
        c.id,
        c.organisation_id,
        c.kernen,
        c.year,
        c.line,
        c.amount_cents,
        c.decided_on,
        c.state,
        c.origin,
    )
    wanted = select(*kept, organisations.c.kind).join(organisations, organisations.c.id == c.organisation_id)
    row = connection.execute(wanted.where(c.id == contribution_id).with_for_update(of=contributions)).first()
    if row is None:
        raise NotFound(f"There is no contribution {contribution_id}.")
    return Contribution(**row._asdict() | {"kernen": tuple(row.kernen)})


def withdraw(connection: Connection, contribution_id: str, act: Act) -> None:
    values: dict[str, Any] = {"state": "withdrawn", "withdrawn_on": act.happened_on}
    connection.execute(update(contributions).where(contributions.c.id == contribution_id).values(values))


def due(connection: Connection, origin: str) -> Sequence[Row[str, int, str, int, str, str]]:
    """Everything that is allocated, of this origin, to organisations whose creditor number is known; locked
    until the transaction ends."""
    c, o = contributions.c, organisations.c
    wanted = (
        select(c.id, c.year, c.line, c.amount_cents, o.creditor_number, contribution_runs.c.run_by)
        .join(organisations, o.id == c.organisation_id)
        .join(contribution_runs, contribution_runs.c.id == c.run_id)
        .where(c.state == "allocated", c.origin == origin, o.creditor_number.is_not(None))
        .order_by(c.year, o.number)
        .with_for_update(of=contributions)
    )
    return connection.execute(wanted).all()


def move_to(connection: Connection, contribution_id: str, state: State) -> None:
    connection.execute(update(contributions).where(contributions.c.id == contribution_id).values(state=state))
