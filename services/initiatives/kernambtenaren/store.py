# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of the kernambtenaren's appointments."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Row, bindparam, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.initiatives.kernambtenaren.model import Appointment
from services.initiatives.kernambtenaren.tables import appointment, appointment_kern, held_kern
from shared.contracts.refusals import NotFound

# Built once, for they run with every submission. Of several on duty, the one that began last.
ON_DUTY = (
    select(appointment.c.officer_id)
    .join(appointment_kern, appointment_kern.c.appointment_id == appointment.c.id)
    .where(
        appointment_kern.c.kern == bindparam("of_kern"),
        appointment_kern.c.valid_from <= bindparam("day"),
        or_(appointment.c.valid_until.is_(None), appointment.c.valid_until >= bindparam("day")),
    )
    .order_by(appointment_kern.c.valid_from.desc(), appointment_kern.c.appointment_id.desc())
    .limit(1)
)


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
    found: str | None = connection.execute(ON_DUTY, {"of_kern": kern, "day": day}).scalar_one_or_none()
    return found


def add(connection: Connection, new: Appointment) -> None:
    row = asdict(new)
    del row["kernen"]
    connection.execute(insert(appointment), row)
    places = [
        {"appointment_id": new.id, "place": place, "kern": kern, "valid_from": new.valid_from}
        for place, kern in enumerate(new.kernen)
    ]
    connection.execute(insert(appointment_kern), places)


def load(connection: Connection, appointment_id: str) -> Appointment:
    """For a decision: its row is locked. May raise NotFound."""
    wanted = select(appointment).where(appointment.c.id == appointment_id).with_for_update()
    found = from_rows(connection, connection.execute(wanted).all())
    if not found:
        raise NotFound(f"There is no appointment {appointment_id}.")
    return found[0]


def save_end(connection: Connection, changed: Appointment) -> None:
    ended = update(appointment).where(appointment.c.id == changed.id)
    connection.execute(ended.values(valid_until=changed.valid_until))


def from_rows(connection: Connection, rows: Sequence[Row[Any]]) -> list[Appointment]:
    """Appointments with their kernen, the first one first."""
    kernen: dict[str, tuple[str, ...]] = {}
    about = appointment_kern.c.appointment_id
    wanted = select(appointment_kern).where(about.in_([row.id for row in rows]))
    for row in connection.execute(wanted.order_by(about, appointment_kern.c.place)):
        kernen[row.appointment_id] = (*kernen.get(row.appointment_id, ()), row.kern)
    return [Appointment(**row._mapping, kernen=kernen[row.id]) for row in rows]
