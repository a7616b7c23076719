# SPDX-License-Identifier: EUPL-1.2
"""An import on its way, and the keys of what was imported. A line's words are here until it is written."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table

from services.initiatives.tables import Id, metadata
from shared.store import Utc

batch = Table(
    "import",
    metadata,
    Column("id", Id, primary_key=True),
    Column("state", String(10), nullable=False),
    Column("origin", String(10), nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("checked", Integer, nullable=False),
    Column("written", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("faults", JSON, nullable=False),
    Index("import_state", "state", "received_at"),
)
line = Table(
    "import_line",
    metadata,
    Column("import_id", Id, ForeignKey("import.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("document", JSON, nullable=False),
)
imported = Table(
    "imported",
    metadata,
    Column("key", Id, primary_key=True),
    Column("initiative_id", Id, ForeignKey("initiative.id"), nullable=False),
)
