# SPDX-License-Identifier: EUPL-1.2
"""What the API answers about appointments; lists in the order of an index, the last to begin first."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, select, tuple_

from services.initiatives.kernambtenaren.store import from_rows
from services.initiatives.kernambtenaren.views import AbsenceView, AppointmentView
from services.initiatives.kernen.tables import absence, appointment, appointment_kern
from shared.contracts.refusals import NotFound

Position = tuple[date, str]  # the first day and the id of the last one that was seen


def one(connection: Connection, appointment_id: str) -> AppointmentView:
    """One appointment. May raise NotFound."""
    found = connection.execute(select(appointment).where(appointment.c.id == appointment_id)).all()
    if not found:
        raise NotFound(f"There is no appointment {appointment_id}.")
    return _views(connection, found)[0]


def listed(
    connection: Connection, kern: str | None, after: Position | None, limit: int
) -> list[AppointmentView]:
    """Appointments, the last to begin first, from just after the position of the last one seen."""
    wanted = query(kern, after).limit(limit)
    return _views(connection, connection.execute(wanted).all())


def query(kern: str | None, after: Position | None) -> Select[Any]:
    wanted = select(appointment)
    order: tuple[Column[Any], ...] = (appointment.c.valid_from, appointment.c.id)
    if kern:
        order = (appointment_kern.c.valid_from, appointment_kern.c.appointment_id)
        wanted = wanted.join(appointment_kern, appointment_kern.c.appointment_id == appointment.c.id)
        wanted = wanted.where(appointment_kern.c.kern == kern)
    if after:
        before: ColumnElement[bool] = tuple_(*order) < after
        wanted = wanted.where(before)
    return wanted.order_by(*(column.desc() for column in order))


def _views(connection: Connection, rows: Sequence[Row[Any]]) -> list[AppointmentView]:
    away: dict[str, list[AbsenceView]] = {}
    wanted = select(absence).where(absence.c.appointment_id.in_([row.id for row in rows]))
    for row in connection.execute(wanted.order_by(absence.c.first_day, absence.c.id)):
        absent = AbsenceView(first_day=row.first_day, last_day=row.last_day)
        away.setdefault(row.appointment_id, []).append(absent)
    return [
        AppointmentView(**asdict(found), absences=tuple(away.get(found.id, ())))
        for found in from_rows(connection, rows)
    ]
