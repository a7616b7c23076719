# SPDX-License-Identifier: EUPL-1.2
"""The tables of grants and of the initiatives that ask for them. Money is integer cents."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from services.budget.tables import books
from shared.store import BigId

# What an official wrote for the public about an initiative that asks for money: the Woo has it published.
purposes = Table(
    "initiative_purposes",
    books,
    Column("initiative_id", String(64), primary_key=True),
    Column("title", String(500), nullable=False),
    Column("summary", String(5000), nullable=False),
    Column("officer_id", String(64)),  # who weighed it
)
grants = Table(
    "grants",
    books,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("initiative_id", String(64), nullable=False, unique=True),
    Column("kernen", JSON, nullable=False),
    Column("year", Integer, nullable=False),
    Column("line", String(60), nullable=False),
    Column("recipient_kind", String(40), nullable=False),
    Column("asked_cents", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("since", Date, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("held_cents", BigInteger, nullable=False),
    Column("ordered_cents", BigInteger, nullable=False, server_default="0"),
    Column("paid_cents", BigInteger, nullable=False, server_default="0"),
    Column("allocated_cents", BigInteger),
    Column("settled_cents", BigInteger),
    Column("decided_on", Date),
    Column("legal_basis", Text),
    Column("organisation_id", String(64), ForeignKey("organisations.id")),
    Column("reason", String(40)),
    Column("unmet", JSON, nullable=False),
    CheckConstraint("held_cents >= 0", name="no_negative_grant"),
    sqlite_autoincrement=True,
)
Index("grants_of_line", grants.c.year, grants.c.line, grants.c.state, grants.c.number)
# What an initiative is about, to see that much the same is asked again.
themes = Table(
    "initiative_themes",
    books,
    Column("initiative_id", String(64), primary_key=True),
    Column("theme", String(60), nullable=False),
)
