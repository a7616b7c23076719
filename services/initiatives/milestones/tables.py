# SPDX-License-Identifier: EUPL-1.2
"""Which commitments were met, and when; what they are stands in the municipality's file."""

from sqlalchemy import Column, Date, String, Table

from services.initiatives.tables import Id, Name, metadata

milestone = Table(
    "milestone",
    metadata,
    Column("slug", Name, primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("reached_on", Date, nullable=False),
    Column("origin", String(10), nullable=False),
)
