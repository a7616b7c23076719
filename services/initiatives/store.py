# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of initiatives. What precedes a decision is loaded with its row locked."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, insert, select, update

from services.initiatives.life import Initiative, Money
from services.initiatives.model import Entry, Submission
from services.initiatives.tables import (
    assessment,
    initiative,
    initiative_history,
    initiative_kern,
    money,
)
from services.initiatives.weighing import Assessment
from shared.contracts.refusals import NotFound

# Statements are built once: building one costs more than running it.
OF: BindParameter[str] = bindparam("of")
AMONG: BindParameter[Sequence[str]] = bindparam("among", expanding=True)
KNOWN = (
    initiative.c.id,
    initiative.c.state,
    initiative.c.submitter_kind,
    initiative.c.origin,
    initiative.c.received_on,
    initiative.c.decision_due_on,
    initiative.c.changed_on,
    initiative.c.officer_id,
    initiative.c.support_given,
)
AN_INITIATIVE = select(*KNOWN).where(initiative.c.id == OF).with_for_update()
WAITING = (
    select(*KNOWN)
    .join(
        initiative_kern,
        and_(initiative_kern.c.initiative_id == initiative.c.id, initiative_kern.c.place == 0),
    )
    .where(initiative.c.state == "submitted", initiative_kern.c.kern.in_(AMONG))
    .order_by(initiative.c.received_on, initiative.c.id)
    .with_for_update(of=initiative)
)
KERNEN = (
    select(initiative_kern.c.initiative_id, initiative_kern.c.kern)
    .where(initiative_kern.c.initiative_id.in_(AMONG))
    .order_by(initiative_kern.c.initiative_id, initiative_kern.c.place)
)
MONEY = select(money).where(money.c.initiative_id.in_(AMONG))
CHANGE = update(initiative).where(initiative.c.id == OF)
CHANGE_MONEY = update(money).where(money.c.initiative_id == OF)


def add(connection: Connection, new: Initiative, asked: Submission, contact_id: str | None) -> None:
    """Store an initiative that was just submitted."""
    words = asdict(asked)
    del words["kernen"]
    row = words | _row(new) | {"id": new.id, "contact_id": contact_id}
    connection.execute(insert(initiative), row)
    places = [
        {"initiative_id": new.id, "place": place, "kern": slug, "received_on": new.received_on}
        for place, slug in enumerate(new.kernen)
    ]
    connection.execute(insert(initiative_kern), places)


def load(connection: Connection, initiative_id: str) -> Initiative:
    """For a decision: until the transaction ends nobody else decides about it. May raise NotFound."""
    found = _initiatives(connection, connection.execute(AN_INITIATIVE, {"of": initiative_id}).all())
    if not found:
        raise NotFound(f"There is no initiative {initiative_id}.")
    return found[0]


def waiting(connection: Connection, kernen: Sequence[str]) -> list[Initiative]:
    """What was submitted with one of these kernen as its first, and is taken up by nobody yet."""
    return _initiatives(connection, connection.execute(WAITING, {"among": kernen}).all())


def save(connection: Connection, changed: Initiative) -> None:
    """Store what a step made of it."""
    connection.execute(CHANGE, {"of": changed.id, **_row(changed)})
    if changed.money:
        connection.execute(CHANGE_MONEY, {"of": changed.id, **asdict(changed.money)})


def tell(connection: Connection, initiative_id: str, entry: Entry, recorded_at: datetime) -> None:
    """Add a line to its history."""
    line = {"initiative_id": initiative_id, "recorded_at": recorded_at, **asdict(entry)}
    connection.execute(insert(initiative_history), line)


def add_assessment(connection: Connection, assessed: Initiative, made: Assessment) -> None:
    """Store how it was weighed, and the money that is asked by it."""
    row = asdict(made)
    connection.execute(insert(assessment), {"initiative_id": assessed.id} | row.pop("weighing") | row)
    if assessed.money:
        connection.execute(insert(money), {"initiative_id": assessed.id, **asdict(assessed.money)})


def kernen_of(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The kernen of each initiative, the first one first."""
    found: dict[str, tuple[str, ...]] = {}
    for initiative_id, slug in connection.execute(KERNEN, {"among": ids}):
        found[initiative_id] = (*found.get(initiative_id, ()), slug)
    return found


def _row(of: Initiative) -> dict[str, Any]:
    row = asdict(of)
    for elsewhere in ("id", "kernen", "money"):
        del row[elsewhere]
    return row


def _initiatives(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Initiative]:
    # After the rows are locked: PostgreSQL would give a joined table as it was before the wait.
    ids = [row.id for row in rows]
    kernen = kernen_of(connection, ids)
    outcomes = {row[0]: Money(*row[1:]) for row in connection.execute(MONEY, {"among": ids})}
    return [
        Initiative(
            **dict(row._mapping) | {"support_given": _tuple(row.support_given)},
            kernen=kernen[row.id],
            money=outcomes.get(row.id),
        )
        for row in rows
    ]


def _tuple(listed: list[Any] | None) -> tuple[Any, ...] | None:
    return None if listed is None else tuple(listed)
