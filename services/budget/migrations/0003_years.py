# SPDX-License-Identifier: EUPL-1.2
"""Years that are amended and closed, thresholds and ceilings of lines; runs in pieces, contributions that
are withdrawn; creditor numbers."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.store import BigId, Utc

revision = "budget_0003"
down_revision = "budget_0002"


def _added() -> dict[str, list["sa.Column[Any]"]]:
    return {
        "budget_years": [sa.Column("closed_on", sa.Date)],
        "budget_lines": [
            sa.Column("ceiling_publication", sa.String(200)),
            sa.Column("distribution", sa.String(20)),
            sa.Column("told_percent", sa.Integer, nullable=False, server_default="0"),
            sa.Column("left_cents", sa.BigInteger),
        ],
        "contribution_runs": [
            sa.Column("correlation_id", sa.String(64)),
            sa.Column("reached", sa.BigInteger, nullable=False, server_default="0"),
            sa.Column("finished_at", Utc),
        ],
        "contributions": [
            sa.Column("kernen", sa.JSON, nullable=False, server_default="[]"),
            sa.Column("state", sa.String(20), nullable=False, server_default="allocated"),
            sa.Column("withdrawn_on", sa.Date),
        ],
        "organisations": [sa.Column("creditor_number", sa.String(20))],
    }


def upgrade() -> None:
    for table, columns in _added().items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.add_column(column)
    op.execute("UPDATE contribution_runs SET finished_at = recorded_at")  # each was one transaction
    op.execute(
        "UPDATE contributions SET kernen = "
        "(SELECT o.kernen FROM organisations o WHERE o.id = contributions.organisation_id)"
    )
    with op.batch_alter_table("contributions") as batch:
        batch.alter_column("kernen", server_default=None)
    _amendments()


def _amendments() -> None:
    op.create_table(
        "budget_amendments",
        sa.Column("number", BigId, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("year", sa.Integer, sa.ForeignKey("budget_years.year"), nullable=False),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("line", sa.String(60), nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("from_line", sa.String(60)),
        sa.Column("from_year", sa.Integer),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("decision_reference", sa.String(200)),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("recorded_at", Utc, nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("budget_amendments")
    for table, columns in _added().items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column.name)
