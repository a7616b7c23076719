# SPDX-License-Identifier: EUPL-1.2
"""The tables of the ledger: years, their lines, and every movement of money. Money is integer cents."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
)

from services.budget.tables import books
from shared.store import BigId, Utc

years = Table(
    "budget_years",
    books,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("id", String(64), nullable=False, unique=True),
    Column("total_cents", BigInteger, nullable=False),
    Column("decision_reference", String(200), nullable=False),
    Column("adopted_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("origin", String(10), nullable=False),
    Column("recorded_at", Utc, nullable=False),
    CheckConstraint("total_cents >= 0", name="no_negative_total"),
)
# `told_percent` is the highest threshold that was announced; `left_cents` is absent while the year is open,
# and then what was left of the line at its closing and was not carried over.
lines = Table(
    "budget_lines",
    books,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("line", String(60), primary_key=True),
    Column("within_total", Boolean, nullable=False),
    Column("total_cents", BigInteger, nullable=False),
    Column("reserved_cents", BigInteger, nullable=False),
    Column("committed_cents", BigInteger, nullable=False),
    Column("paid_cents", BigInteger, nullable=False),
    Column("ceiling_publication", String(200)),
    Column("distribution", String(20)),
    Column("told_percent", Integer, nullable=False, server_default="0"),
    Column("left_cents", BigInteger),
    CheckConstraint("reserved_cents >= 0 AND committed_cents >= 0 AND paid_cents >= 0", name="no_negative"),
    CheckConstraint("reserved_cents + committed_cents + paid_cents <= total_cents", name="never_over"),
    ForeignKeyConstraint(["year"], ["budget_years.year"]),
)
AVAILABLE = lines.c.total_cents - lines.c.reserved_cents - lines.c.committed_cents - lines.c.paid_cents
# What a kern holds of a line: the counter behind a maximum per kern.
kern_holds = Table(
    "kern_holds",
    books,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("line", String(60), primary_key=True),
    Column("kern", String(60), primary_key=True),
    Column("held_cents", BigInteger, nullable=False),
    CheckConstraint("held_cents >= 0", name="no_negative_hold"),
    ForeignKeyConstraint(["year", "line"], ["budget_lines.year", "budget_lines.line"]),
)
postings = Table(
    "postings",
    books,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("subject", String(64), nullable=False),
    Column("year", Integer, nullable=False),
    Column("line", String(60), nullable=False),
    Column("kern", String(60)),
    Column("operation", String(20), nullable=False),
    Column("credit", String(20), nullable=False),
    Column("debit", String(20), nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("role", String(20), nullable=False),
    Column("reason", String(40)),
    Column("origin", String(10), nullable=False),
    Column("correlation_id", String(64), nullable=False),
    Column("causation_id", String(64)),
    Column("happened_on", Date, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    CheckConstraint("amount_cents > 0", name="something_moves"),
    CheckConstraint("credit <> debit", name="from_one_to_another"),
    ForeignKeyConstraint(["year", "line"], ["budget_lines.year", "budget_lines.line"]),
    sqlite_autoincrement=True,
)
Index("postings_of_line", postings.c.year, postings.c.line, postings.c.id)
Index("postings_of_subject", postings.c.subject)
