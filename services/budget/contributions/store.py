# SPDX-License-Identifier: EUPL-1.2
"""Contributions, and how far a run has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update

from services.budget.model import Act
from services.budget.policy import Organisation, Share
from services.budget.tables import contribution_runs, contributions, organisations, run_outcomes
from shared.contracts.budget import ContributionAllocated, OrganisationKind
from shared.contracts.envelope import Origin
from shared.contracts.refusals import NotFound
from shared.messaging.transaction import Transaction

State = Literal["allocated", "ordered", "paid", "withdrawn"]


@dataclass(frozen=True)
class Run:
    """It goes on after the organisation with the number `reached`, until it is finished."""

    id: str
    year: int
    act: Act
    reached: int
    finished_at: datetime | None


@dataclass(frozen=True)
class Contribution:
    """What one organisation has of one year."""

    id: str
    organisation_id: str
    kind: OrganisationKind
    kernen: tuple[str, ...]
    year: int
    line: str
    amount_cents: int
    decided_on: date
    state: State
    origin: Origin

    @property
    def kern(self) -> str | None:
        """Where its money counts: the first kern."""
        return self.kernen[0] if self.kernen else None


def after(connection: Connection, number: int, limit: int | None = None) -> list[tuple[int, Organisation]]:
    """The organisations registered after this number, in the order of their registration."""
    c = organisations.c
    wanted = select(c.number, c.id, c.kind, c.kernen, c.active_from, c.active_until).where(c.number > number)
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


def add_run(connection: Connection, run_id: str, year: int, act: Act, tx: Transaction) -> None:
    fresh = insert(contribution_runs).values(
        id=run_id,
        year=year,
        happened_on=act.happened_on,
        origin=act.origin,
        recorded_at=tx.now,
        correlation_id=tx.cause.correlation_id,
    )
    connection.execute(fresh)


def run(connection: Connection, run_id: str) -> Run:
    """Locked until the transaction ends, so that no two go on with it."""
    wanted = select(contribution_runs).where(contribution_runs.c.id == run_id).with_for_update()
    row = connection.execute(wanted).one()
    act = Act("budget-holder", row.happened_on, row.origin)
    return Run(row.id, row.year, act, row.reached, row.finished_at)


def unfinished(connection: Connection) -> Row[str, str | None] | None:
    """The oldest run that is to go on: id and correlation id."""
    c = contribution_runs.c
    wanted = select(c.id, c.correlation_id).where(c.finished_at.is_(None))
    return connection.execute(wanted.order_by(c.recorded_at).limit(1)).first()


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
