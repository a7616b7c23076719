# SPDX-License-Identifier: EUPL-1.2
"""The tables of payment orders, and of what is ordered by invoice. Money is integer cents."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
)

from services.budget.tables import books
from shared.store import BigId, Utc

files = Table(
    "payment_files",
    books,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("made_on", Date, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("recorded_at", Utc, nullable=False),
    sqlite_autoincrement=True,
)
# `subject` is the grant, contribution or expense that is paid. An order is in one file at most.
orders = Table(
    "payment_orders",
    books,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("year", Integer, nullable=False),
    Column("line", String(60), nullable=False),
    Column("creditor_number", String(20), nullable=False),
    Column("reference", String(100)),
    Column("amount_cents", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("ordered_on", Date, nullable=False),
    Column("ordered_by", String(800)),  # the person
    Column("file_id", String(64), ForeignKey("payment_files.id")),
    Column("answer_id", String(64)),
    Column("answered_on", Date),
    Column("reason", String(200)),
    Column("origin", String(10), nullable=False),
    Column("recorded_at", Utc, nullable=False),
    CheckConstraint("amount_cents > 0", name="something_is_paid"),
    ForeignKeyConstraint(["year", "line"], ["budget_lines.year", "budget_lines.line"]),
    sqlite_autoincrement=True,
)
Index("payment_orders_open", orders.c.state, orders.c.origin, orders.c.number)
Index("payment_orders_of_file", orders.c.file_id, orders.c.number)
Index("payment_orders_of_subject", orders.c.subject)
Index("payment_orders_of_answer", orders.c.answer_id)
