# SPDX-License-Identifier: EUPL-1.2
"""What there is to do, and whose it is: the worklists of officials, and the work of each. Read along indexes
that hold what is open, so that they cost as much as there is to do, whatever was done before.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Select, case, func, select

from services.initiatives.kernambtenaren import store as duty
from services.initiatives.lists import above
from services.initiatives.tables import initiative, initiative_kern
from services.initiatives.views import KernDuty, KernenOnDuty, Workload
from shared.municipality import Municipality

Worklist = Literal["mine", "my-kernen", "waiting", "approaching", "exceeded"]
OWN: frozenset[Worklist] = frozenset({"mine", "my-kernen"})  # these are somebody's
it = initiative.c


def worklist_query(
    worklist: Worklist,
    officer: str | None,
    kernen: Sequence[str],
    today: date,
    rules: Municipality,
    after: str | None,
) -> Select[Any]:
    """`kernen` are those of the officer. The first to be decided comes first, but for `waiting`: that begins
    with what was received first.
    """
    wanted, order = select(initiative), (it.decision_due_on, it.id)
    match worklist:
        case "mine":
            wanted = wanted.where(it.is_open, it.officer_id == officer)
        case "my-kernen":
            there = select(initiative_kern.c.initiative_id).where(
                initiative_kern.c.initiative_id == it.id, initiative_kern.c.kern.in_(kernen)
            )
            wanted = wanted.where(it.is_open, there.exists())
        case "waiting":
            wanted, order = wanted.where(it.state == "submitted"), (it.received_on, it.id)
        case "approaching":
            near = today + timedelta(days=rules.approaching_days)
            wanted, order = wanted.where(it.term_due_on.between(today, near)), (it.term_due_on, it.id)
        case "exceeded":
            wanted, order = wanted.where(it.term_due_on < today), (it.term_due_on, it.id)
    if officer and worklist not in OWN:
        wanted = wanted.where(it.officer_id == officer)
    return above(wanted, order, after)


def workloads(connection: Connection, today: date, after: str | None, limit: int) -> list[Workload]:
    """The work of each kernambtenaar who has any, by their ids."""
    rows = connection.execute(workloads_query(today, after).limit(limit))
    return [Workload.model_validate(dict(row._mapping)) for row in rows]


def workloads_query(today: date, after: str | None) -> Select[Any]:
    return (
        select(
            it.officer_id,
            func.count().label("open"),
            func.count(case((it.state.in_(("assigned", "awaiting-supplement")), 1))).label("waiting"),
            func.count(case((it.term_due_on < today, 1))).label("exceeded"),
        )
        .where(it.is_open, it.officer_id > (after or ""))
        .group_by(it.officer_id)
        .order_by(it.officer_id)
    )


def kernen_on_duty(connection: Connection, municipality: Municipality, today: date) -> KernenOnDuty:
    """Every kern, with who is on duty there today and what waits for somebody."""
    bare, waits = duty.uncovered_since(connection), waiting_by_kern(connection)
    return KernenOnDuty(
        items=tuple(
            KernDuty(
                slug=kern.slug,
                name=kern.name,
                officer_id=duty.officer_on_duty(connection, kern.slug, today),
                uncovered_since_date=bare.get(kern.slug),
                waiting=waits.get(kern.slug, 0),
            )
            for kern in municipality.kernen
        )
    )


def waiting_by_kern(connection: Connection) -> dict[str, int]:
    """How much was submitted that nobody took up, by its first kern."""
    wanted = (
        select(initiative_kern.c.kern, func.count())
        .join(initiative, it.id == initiative_kern.c.initiative_id)
        .where(it.state == "submitted", initiative_kern.c.place == 0)
    )
    return dict(connection.execute(wanted.group_by(initiative_kern.c.kern)).all())


def exceeded(connection: Connection, today: date) -> int:
    """How many are past their date and not decided."""
    return connection.execute(
        select(func.count()).select_from(initiative).where(it.term_due_on < today)
    ).scalar_one()
