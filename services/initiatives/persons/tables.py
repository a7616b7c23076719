# SPDX-License-Identifier: EUPL-1.2
"""What was erased, what is locked until its term ends, and what was destroyed."""

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table

from services.initiatives.tables import Id, metadata
from shared.store import BigId

# Without a foreign key: the contact is gone, and `about` may be more than an initiative.
erasure = Table(
    "erasure",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("contact_id", Id, nullable=False, unique=True),
    Column("about", Id, nullable=False),
    Column("erased_on", Date, nullable=False),
    sqlite_autoincrement=True,
)
locked = Table(
    "locked_record",
    metadata,
    Column("initiative_id", Id, ForeignKey("initiative.id"), primary_key=True),
    Column("locked_on", Date, nullable=False),
    Column("words", JSON, nullable=False),
)
destruction = Table(
    "destruction",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("proposed_on", Date, nullable=False),
    Column("approved_on", Date),
    Column("approved_by", Id),
    sqlite_autoincrement=True,
)
# No foreign key to the initiative: the journal may tell of one that an older backup does not have.
destruction_item = Table(
    "destruction_item",
    metadata,
    Column("destruction_id", Id, ForeignKey("destruction.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("initiative_id", Id, nullable=False),
    Column("result", String(20)),
    Column("kept_until", Date),
    Column("destroyed", Boolean, nullable=False),
    Index("destruction_item_of", "initiative_id"),
)
