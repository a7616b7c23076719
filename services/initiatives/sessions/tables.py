# SPDX-License-Identifier: EUPL-1.2
"""Sessions of officials. Their names are here for the person themselves; nobody is found by them."""

from sqlalchemy import JSON, Column, Index, String, Table

from services.initiatives.tables import Id, metadata
from shared.store import Utc

session = Table(
    "session",
    metadata,
    Column("id", Id, primary_key=True),
    Column("issuer", String(500), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("name", String(200), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("officer_id", Id),
    Column("began_at", Utc, nullable=False),
    Column("ends_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Index("session_ends", "ends_at"),
    Index("session_subject", "subject"),
)
