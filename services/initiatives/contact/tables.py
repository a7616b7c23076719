# SPDX-License-Identifier: EUPL-1.2
"""Contact data, in a table of its own."""

from sqlalchemy import Column, String, Table

from services.initiatives.tables import Id, metadata

contact = Table(
    "contact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(254)),
    Column("phone", String(40)),
    Column("address", String(300)),
)
