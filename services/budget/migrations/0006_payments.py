# SPDX-License-Identifier: EUPL-1.2
"""Grants that are paid in parts, expenses, and payment orders with their files."""

import sqlalchemy as sa
from alembic import op

from shared.store import BigId, Utc

revision = "budget_0006"
down_revision = "budget_0005"


def upgrade() -> None:
    with op.batch_alter_table("grants") as batch:
        batch.add_column(sa.Column("ordered_cents", sa.BigInteger, nullable=False, server_default="0"))
        batch.add_column(sa.Column("paid_cents", sa.BigInteger, nullable=False, server_default="0"))
        batch.add_column(sa.Column("settled_cents", sa.BigInteger))
    op.execute("UPDATE grants SET settled_cents = held_cents WHERE state = 'settled'")
    _payments()
    _expenses()


def _payments() -> None:
    op.create_table(
        "payment_files",
        sa.Column("number", BigId, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("recorded_at", Utc, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "payment_orders",
        sa.Column("number", BigId, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("line", sa.String(60), nullable=False),
        sa.Column("creditor_number", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(100)),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("ordered_on", sa.Date, nullable=False),
        sa.Column("file_id", sa.String(64), sa.ForeignKey("payment_files.id")),
        sa.Column("answer_id", sa.String(64)),
        sa.Column("answered_on", sa.Date),
        sa.Column("reason", sa.String(200)),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("recorded_at", Utc, nullable=False),
        sa.CheckConstraint("amount_cents > 0", name="something_is_paid"),
        sa.ForeignKeyConstraint(["year", "line"], ["budget_lines.year", "budget_lines.line"]),
        sqlite_autoincrement=True,
    )
    op.create_index("payment_orders_open", "payment_orders", ["state", "origin", "number"])
    op.create_index("payment_orders_of_file", "payment_orders", ["file_id", "number"])
    op.create_index("payment_orders_of_subject", "payment_orders", ["subject"])
    op.create_index("payment_orders_of_answer", "payment_orders", ["answer_id"])


def _expenses() -> None:
    op.create_table(
        "expenses",
        sa.Column("number", BigId, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("line", sa.String(60), nullable=False),
        sa.Column("description", sa.String(200), nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("ordered_cents", sa.BigInteger, nullable=False),
        sa.Column("paid_cents", sa.BigInteger, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("recorded_at", Utc, nullable=False),
        sa.CheckConstraint("paid_cents >= 0 AND paid_cents <= ordered_cents", name="paid_was_ordered"),
        sa.CheckConstraint("ordered_cents <= amount_cents", name="ordered_was_committed"),
        sa.ForeignKeyConstraint(["year", "line"], ["budget_lines.year", "budget_lines.line"]),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in ("expenses", "payment_orders", "payment_files"):
        op.drop_table(table)
    with op.batch_alter_table("grants") as batch:
        for column in ("settled_cents", "paid_cents", "ordered_cents"):
            batch.drop_column(column)
