# SPDX-License-Identifier: EUPL-1.2
"""Grants as they are kept."""

from typing import Any

from sqlalchemy import BigInteger, Connection, Row, and_, bindparam, func, insert, or_, select, update

from services.budget.grants.model import Grant, GrantChange
from services.budget.grants.policy import NO_MONEY, Objection
from services.budget.grants.tables import grants, purposes, themes
from services.budget.ledger import store as ledger
from services.budget.ledger.tables import AVAILABLE, kern_holds, lines, years
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import NotFound
from shared.messaging.transaction import Transaction

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
AT_KERN = func.coalesce(kern_holds.c.held_cents, 0) + grants.c.asked_cents
MOST_AT_KERN = bindparam("most", type_=BigInteger)
NEXT_IN_LINE = (
    select(grants)
    .join(lines, and_(lines.c.year == grants.c.year, lines.c.line == grants.c.line))
    .join(years, years.c.year == lines.c.year)
    .outerjoin(
        kern_holds,
        and_(
            kern_holds.c.year == grants.c.year,
            kern_holds.c.line == grants.c.line,
            kern_holds.c.kern == grants.c.kernen[0].as_string(),
        ),
    )
    .where(grants.c.year == bindparam("of_year"), grants.c.line == bindparam("of_line"))
    .where(grants.c.state.in_(["refusal-proposed", "waiting"]), grants.c.reason.in_(sorted(NO_MONEY)))
    .where(lines.c.left_cents.is_(None), grants.c.asked_cents <= AVAILABLE)
    .where((grants.c.origin == "example") == (years.c.origin == "example"))
    .where(or_(MOST_AT_KERN.is_(None), AT_KERN <= MOST_AT_KERN))
    .order_by(grants.c.number)
    .limit(1)
    .with_for_update(of=grants)
)
SAVED_GRANT = update(grants).where(grants.c.id == bindparam("of_id"))


def undecided(connection: Connection, year: int) -> list[Grant]:
    """What is reserved or waits in a year, locked until the transaction ends, in the order of asking."""
    c = grants.c
    wanted = select(grants).where(c.year == year, c.state.in_(["reserved", "waiting"]))
    return [_grant(row) for row in connection.execute(wanted.order_by(c.number).with_for_update())]


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


def next_in_line(connection: Connection, year: int, line: str, kern_maximum: int | None) -> Grant | None:
    """The first to ask of those for whom only money was missing, and is enough now."""
    found = connection.execute(NEXT_IN_LINE, {"of_year": year, "of_line": line, "most": kern_maximum}).first()
    return None if found is None else _grant(found)


def add_theme(connection: Connection, initiative_id: str, theme: str) -> None:
    connection.execute(insert(themes).values(initiative_id=initiative_id, theme=theme))


def add_purpose(
    connection: Connection, initiative_id: str, title: str, summary: str, officer_id: str | None
) -> None:
    """What an official wrote for the public about an initiative that asks for money, and who that was."""
    written = {"title": title, "summary": summary, "officer_id": officer_id}
    connection.execute(insert(purposes).values(initiative_id=initiative_id, **written))


def was_weighed_by(connection: Connection, initiative_id: str, officer_id: str) -> bool:
    of = purposes.c.initiative_id == initiative_id
    return connection.execute(select(purposes.c.officer_id).where(of)).scalar() == officer_id


def correct_purpose(connection: Connection, initiative_id: str, title: str, summary: str) -> None:
    """Nothing, if no money was asked for it."""
    of = purposes.c.initiative_id == initiative_id
    connection.execute(update(purposes).where(of).values(title=title, summary=summary))


def add_grant(connection: Connection, grant: Grant) -> None:
    connection.execute(NEW_GRANT, _values(grant))


def save_grant(connection: Connection, grant: Grant) -> None:
    connection.execute(SAVED_GRANT, {**_values(grant), "of_id": grant.id})


def carry_out(tx: Transaction, change: GrantChange, act: Act) -> list[NewEvent]:
    """Save what was decided on a grant that is stored, and move its money."""
    save_grant(tx.connection, change.grant)
    ledger.post(tx, change.booking(act), change.moves)
    return change.new_events


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
