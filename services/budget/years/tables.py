# SPDX-License-Identifier: EUPL-1.2
"""The table of what was amended in a year. Money is integer cents."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Integer, String, Table

from services.budget.tables import books
from shared.store import BigId, Utc

amendments = Table(
    "budget_amendments",
    books,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("year", Integer, ForeignKey("budget_years.year"), nullable=False),
    Column("cause", String(20), nullable=False),
    Column("line", String(60), nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("from_line", String(60)),
    Column("from_year", Integer),
    Column("reason", String(500), nullable=False),
    Column("decision_reference", String(200)),
    Column("happened_on", Date, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("recorded_at", Utc, nullable=False),
    sqlite_autoincrement=True,
)
