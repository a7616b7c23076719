"""Named loads and saves of the kernambtenaren's appointments."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.initiatives.kernambtenaren.model import Appointment
from services.initiatives.kernambtenaren.tables import appointment, appointment_kern, held_kern
from shared.contracts.refusals import NotFound


def hold_kernen(connection: Connection, kernen: Iterable[str]) -> None:
    """Be alone with who is on duty in these kernen until the transaction ends.

    Without this an initiative that comes in while an official is appointed would wait for ever: neither
    transaction sees what the other writes. In sorted order, so that two never wait for each other.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(held_kern).values([{"slug": slug} for slug in sorted(kernen)])
    held = fresh.on_conflict_do_update(index_elements=[held_kern.c.slug], set_={"slug": fresh.excluded.slug})
    connection.execute(held)


def add(connection: Connection, new: Appointment) -> None:
    connection.execute(
        insert(appointment).values(
            id=new.id,
            officer_id=new.officer_id,
            valid_from=new.valid_from,
            valid_until=new.valid_until,
            functional_address=new.functional_address,
            origin=new.origin,
        )
    )
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


def on_duty(connection: Connection, kern: str, day: date) -> Appointment | None:
    """Who is on duty for a kern; of several, the one that began last."""
    wanted = (
        select(appointment)
        .join(appointment_kern, appointment_kern.c.appointment_id == appointment.c.id)
        .where(
            appointment_kern.c.kern == kern,
            appointment_kern.c.valid_from <= day,
            or_(appointment.c.valid_until.is_(None), appointment.c.valid_until >= day),
        )
        .order_by(appointment_kern.c.valid_from.desc(), appointment_kern.c.appointment_id.desc())
        .limit(1)
    )
    found = from_rows(connection, connection.execute(wanted).all())
    return found[0] if found else None


def from_rows(connection: Connection, rows: Sequence[Row[Any]]) -> list[Appointment]:
    """Appointments with their kernen, the first one first."""
    kernen: dict[str, tuple[str, ...]] = {}
    about = appointment_kern.c.appointment_id
    wanted = select(appointment_kern).where(about.in_([row.id for row in rows]))
    for row in connection.execute(wanted.order_by(about, appointment_kern.c.place)):
        kernen[row.appointment_id] = (*kernen.get(row.appointment_id, ()), row.kern)
    return [Appointment(**row._mapping, kernen=kernen[row.id]) for row in rows]
