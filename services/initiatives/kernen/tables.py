# SPDX-License-Identifier: EUPL-1.2
"""Appointments, absences, and the row by which a kern's duty is held."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table

from services.initiatives.tables import Id, Name, metadata
from shared.store import BigId

appointment = Table(
    "appointment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("officer_id", Id, nullable=False),
    Column("deputy_id", Id),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("functional_address", String(254), nullable=False),
    Column("origin", String(10), nullable=False),
    Index("appointment_from", "valid_from", "id"),
    Index("appointment_officer", "officer_id", "valid_from"),
    Index("appointment_deputy", "deputy_id", "valid_from"),
)
appointment_kern = Table(
    "appointment_kern",
    metadata,
    Column("appointment_id", Id, ForeignKey("appointment.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("kern", Name, nullable=False),
    Column("valid_from", Date, nullable=False),
    Index("appointment_kern_from", "kern", "valid_from", "appointment_id"),
)
absence = Table(
    "absence",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("appointment_id", Id, ForeignKey("appointment.id"), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Index("absence_of", "appointment_id", "first_day"),
)
# One row per kern that anything was ever about; whoever holds it is alone with that kern's duty.
# `uncovered_since` is set once it was published that nobody is on duty.
held_kern = Table("kern", metadata, Column("slug", Name, primary_key=True), Column("uncovered_since", Date))
