# SPDX-License-Identifier: EUPL-1.2
"""Who is on duty in a kern, read from the appointments, and since when nobody is."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from sqlalchemy import (
    BindParameter,
    Connection,
    Date,
    Executable,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from services.initiatives.kernen.tables import absence, appointment, appointment_kern, held_kern

DAY: BindParameter[date] = bindparam("day", type_=Date)
COVERS = (
    appointment.c.valid_from <= DAY,
    or_(appointment.c.valid_until.is_(None), appointment.c.valid_until >= DAY),
)
AWAY = exists().where(
    absence.c.appointment_id == appointment.c.id, absence.c.first_day <= DAY, absence.c.last_day >= DAY
)
# Built once, for they run with every submission. Of several on duty, the one that began last; of one that is
# away, the deputy.
ON_DUTY = (
    select(
        case(
            (and_(appointment.c.deputy_id.is_not(None), AWAY), appointment.c.deputy_id),
            else_=appointment.c.officer_id,
        )
    )
    .join(appointment_kern, appointment_kern.c.appointment_id == appointment.c.id)
    .where(appointment_kern.c.kern == bindparam("of_kern"), appointment_kern.c.valid_from <= DAY, *COVERS)
    .order_by(appointment_kern.c.valid_from.desc(), appointment_kern.c.appointment_id.desc())
    .limit(1)
)
HAS_DUTY = select(
    exists().where(
        or_(appointment.c.officer_id == bindparam("of"), appointment.c.deputy_id == bindparam("of")), *COVERS
    )
)
KERNEN_OF = (
    select(appointment_kern.c.kern)
    .join(appointment, appointment.c.id == appointment_kern.c.appointment_id)
    .where(
        or_(appointment.c.officer_id == bindparam("of"), appointment.c.deputy_id == bindparam("of")), *COVERS
    )
    .distinct()
)
COVERED = (
    select(appointment_kern.c.kern)
    .join(appointment, appointment.c.id == appointment_kern.c.appointment_id)
    .where(*COVERS)
    .distinct()
)

UNCOVERED = select(held_kern).where(held_kern.c.uncovered_since.is_not(None))


def hold_kernen(connection: Connection, kernen: Iterable[str]) -> None:
    """Be alone with who is on duty in these kernen until the transaction ends.

    Without this an initiative that comes in while an official is appointed would wait for ever: neither
    transaction sees what the other writes. In sorted order, so that two never wait for each other.
    """
    hold = _hold(connection.dialect.name)
    for kern in sorted(kernen):
        connection.execute(hold, {"slug": kern})


@cache
def _hold(dialect_name: str) -> Executable:
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    fresh: postgresql.Insert | sqlite.Insert = dialect.insert(held_kern)
    return fresh.on_conflict_do_update(index_elements=[held_kern.c.slug], set_={"slug": fresh.excluded.slug})


def officer_on_duty(connection: Connection, kern: str, day: date) -> str | None:
    """Who takes up what comes in there that day: the deputy, when the kernambtenaar is away."""
    found: str | None = connection.execute(ON_DUTY, {"of_kern": kern, "day": day}).scalar_one_or_none()
    return found


def is_on_duty(connection: Connection, officer_id: str, day: date) -> bool:
    """Whether an appointment makes this official a kernambtenaar or a deputy on that day."""
    return bool(connection.execute(HAS_DUTY, {"of": officer_id, "day": day}).scalar_one())


def kernen_of(connection: Connection, officer_id: str, day: date) -> list[str]:
    """The kernen that this official has that day, also as a deputy."""
    return list(connection.execute(KERNEN_OF, {"of": officer_id, "day": day}).scalars())


def on_duty(connection: Connection, day: date) -> dict[str, list[str]]:
    """The kernen of every official who has some that day."""
    wanted = (
        select(appointment.c.officer_id, appointment_kern.c.kern)
        .join(appointment_kern, appointment_kern.c.appointment_id == appointment.c.id)
        .where(*COVERS)
        .order_by(appointment.c.officer_id, appointment_kern.c.kern)
    )
    found: dict[str, list[str]] = {}
    for officer_id, kern in connection.execute(wanted, {"day": day}):
        found.setdefault(officer_id, []).append(kern)
    return found


def covered(connection: Connection, day: date) -> frozenset[str]:
    """The kernen with somebody on duty that day."""
    return frozenset(connection.execute(COVERED, {"day": day}).scalars())


def kernen_once_covered(connection: Connection, day: date) -> list[str]:
    """Every kern that had a kernambtenaar by that day, but for those of an example."""
    wanted = (
        select(appointment_kern.c.kern)
        .join(appointment, appointment.c.id == appointment_kern.c.appointment_id)
        .where(appointment.c.origin != "example", appointment.c.valid_from <= day)
    )
    return list(connection.execute(wanted.distinct()).scalars())


def last_day_on_duty(connection: Connection, kern: str, today: date) -> date | None:
    """The last day before today that somebody was on duty there; None if nobody ever was."""
    wanted = (
        select(func.max(appointment.c.valid_until))
        .join(appointment_kern, appointment_kern.c.appointment_id == appointment.c.id)
        .where(appointment_kern.c.kern == kern, appointment.c.valid_until < today)
    )
    found: date | None = connection.execute(wanted).scalar_one()
    return found


def uncovered_since(connection: Connection) -> dict[str, date]:
    """The kernen of which it was published that nobody is on duty, and since when."""
    return {row.slug: row.uncovered_since for row in connection.execute(UNCOVERED)}


def set_uncovered(connection: Connection, kern: str, since: date | None) -> None:
    changed = update(held_kern).where(held_kern.c.slug == kern)
    connection.execute(changed.values(uncovered_since=since))
