# SPDX-License-Identifier: EUPL-1.2
"""Processes of participation. Who takes part is reached by `contact_id` alone, as with initiatives."""

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from services.initiatives.tables import Id, Name, metadata
from shared.store import BigId, Utc

process = Table(
    "participation",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("state", String(20), nullable=False),
    Column("kernen", JSON, nullable=False),
    Column("public_subject", String(200), nullable=False),
    Column("guide_version", Text, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("overruled", Boolean, nullable=False),
    Column("motivation", Text),
    Column("rung", String(20)),
    Column("invited", JSON, nullable=False),
    Column("public_goal", Text),
    Column("public_reaching", Text),
    Column("points", JSON, nullable=False),
    Column("public_reason", Text),
    Column("changed_on", Date, nullable=False),
    Column("origin", String(10), nullable=False),
    sqlite_autoincrement=True,
)
activity = Table(
    "participation_activity",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("participation_id", Id, ForeignKey("participation.id"), nullable=False),
    Column("held_on", Date, nullable=False),
    Column("form", Name, nullable=False),
    Column("invited_by", Name, nullable=False),
    Column("attendance", Integer, nullable=False),
    Column("groups", JSON, nullable=False),
    Index("participation_activity_of", "participation_id", "id"),
)
history = Table(
    "participation_history",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("participation_id", Id, ForeignKey("participation.id"), nullable=False),
    Column("what", Name, nullable=False),
    Column("actor", String(20), nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    Index("participation_history_of", "participation_id", "id"),
)
participant = Table(
    "participant",
    metadata,
    Column("contact_id", Id, ForeignKey("contact.id"), primary_key=True),
    Column("participation_id", Id, ForeignKey("participation.id"), nullable=False),
    Column("consented_on", Date, nullable=False),
    Index("participant_of", "participation_id", "contact_id"),
)
