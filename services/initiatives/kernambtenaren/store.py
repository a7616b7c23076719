# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of the kernambtenaren's appointments."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from services.initiatives.kernambtenaren.model import Appointment
from services.initiatives.kernen.tables import absence, appointment, appointment_kern
from shared.contracts.refusals import NotFound


def add_absence(connection: Connection, appointment_id: str, first_day: date, last_day: date) -> None:
    row = {"appointment_id": appointment_id, "first_day": first_day, "last_day": last_day}
    connection.execute(insert(absence), row)


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
