# SPDX-License-Identifier: EUPL-1.2
"""The table of expenses. Money is integer cents."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
)

from services.budget.tables import books
from shared.store import BigId, Utc

expenses = Table(
    "expenses",
    books,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("year", Integer, nullable=False),
    Column("line", String(60), nullable=False),
    Column("description", String(200), nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("ordered_cents", BigInteger, nullable=False),
    Column("paid_cents", BigInteger, nullable=False),
    Column("since", Date, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("recorded_at", Utc, nullable=False),
    CheckConstraint("paid_cents >= 0 AND paid_cents <= ordered_cents", name="paid_was_ordered"),
    CheckConstraint("ordered_cents <= amount_cents", name="ordered_was_committed"),
    ForeignKeyConstraint(["year", "line"], ["budget_lines.year", "budget_lines.line"]),
    sqlite_autoincrement=True,
)
