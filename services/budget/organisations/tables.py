# SPDX-License-Identifier: EUPL-1.2
"""The table of the register."""

from sqlalchemy import JSON, Column, Date, String, Table

from services.budget.tables import books
from shared.store import BigId, Utc

# `number` is the order of registration, in which contributions are served.
organisations = Table(
    "organisations",
    books,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("kernen", JSON, nullable=False),
    Column("name", String(200)),
    Column("creditor_number", String(20)),
    Column("active_from", Date, nullable=False),
    Column("active_until", Date),
    Column("registered_on", Date, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("recorded_at", Utc, nullable=False),
    sqlite_autoincrement=True,
)
