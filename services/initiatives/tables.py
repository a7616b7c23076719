# SPDX-License-Identifier: EUPL-1.2
"""The tables of this service. Who submitted an initiative is reached by its `contact_id` alone."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from shared.store import BigId, Utc

metadata = MetaData()
Id, Name = String(64), String(60)

contact = Table(
    "contact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(254)),
    Column("phone", String(40)),
    Column("address", String(300)),
)
initiative = Table(
    "initiative",
    metadata,
    Column("id", Id, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("theme", Name, nullable=False),
    Column("submitter_kind", String(20), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("title", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("amount_asked_cents", BigInteger),
    Column("wanted_start_on", Date),
    Column("origin", String(10), nullable=False),
    Column("received_on", Date, nullable=False),
    Column("decision_due_on", Date, nullable=False),
    Column("changed_on", Date, nullable=False),
    Column("officer_id", Id),
    Column("support_given", JSON(none_as_null=True)),
    Column("contact_id", Id, ForeignKey("contact.id"), unique=True),
    Index("initiative_received", "received_on", "id"),
    Index("initiative_state", "state", "received_on", "id"),
    Index("initiative_theme", "theme", "received_on", "id"),
)
# `received_on` never changes; here it lets the list of a kern be read in its order from the index.
initiative_kern = Table(
    "initiative_kern",
    metadata,
    Column("initiative_id", Id, ForeignKey("initiative.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("kern", Name, nullable=False),
    Column("received_on", Date, nullable=False),
    Index("initiative_kern_received", "kern", "received_on", "initiative_id"),
)
initiative_history = Table(
    "initiative_history",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("initiative_id", Id, ForeignKey("initiative.id"), nullable=False),
    Column("what", String(60), nullable=False),
    Column("actor", String(20), nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    Column("why", String(60)),
    Index("initiative_history_of", "initiative_id", "id"),
)
assessment = Table(
    "assessment",
    metadata,
    Column("initiative_id", Id, ForeignKey("initiative.id"), primary_key=True),
    Column("guide_version", Text, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("overruled", Boolean, nullable=False),
    Column("motivation", Text),
    Column("goals", JSON, nullable=False),
    Column("support_kinds", JSON, nullable=False),
    Column("line", Name),
    Column("amount_cents", BigInteger),
    Column("public_title", String(200), nullable=False),
    Column("public_summary", Text, nullable=False),
)
money = Table(
    "money",
    metadata,
    Column("initiative_id", Id, ForeignKey("initiative.id"), primary_key=True),
    Column("line", Name, nullable=False),
    Column("asked_cents", BigInteger, nullable=False),
    Column("decision", String(20), nullable=False),
    Column("year", Integer),
    Column("allocated_cents", BigInteger),
    Column("decided_on", Date),
    Column("reason", String(40)),
    Column("settled_cents", BigInteger),
)
