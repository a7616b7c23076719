# SPDX-License-Identifier: EUPL-1.2
"""The network of each kern, as it is now; how it came to be is in the events."""

from sqlalchemy import JSON, Column, Date, String, Table

from services.initiatives.tables import Id, Name, metadata

network = Table(
    "network",
    metadata,
    Column("kern", Name, primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("organisations", JSON, nullable=False),
    Column("teams", JSON, nullable=False),
    Column("roles", JSON, nullable=False),
    Column("changed_on", Date, nullable=False),
    Column("origin", String(10), nullable=False),
)
