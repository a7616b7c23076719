# SPDX-License-Identifier: EUPL-1.2
"""The read model: entities, the places where lists find them, and the figures."""

import sqlalchemy as sa
from alembic import op

from shared.store import BigId

revision = "analytics_0001"
down_revision = None


def upgrade() -> None:
    generation = op.create_table(
        "generation", sa.Column("live", sa.Integer, primary_key=True, autoincrement=False)
    )
    op.bulk_insert(generation, [{"live": 1}])
    op.create_table(
        "entity",
        sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("source", sa.String(100), primary_key=True),
        sa.Column("sequence", BigId, nullable=False),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("entity_changed", "entity", ["generation", "changed_at"])
    op.create_table(
        "place",
        sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("under", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("last", sa.String(10), primary_key=True),
        sa.Column("first", sa.String(10), primary_key=True),
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("source", sa.String(100), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cell",
        sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kern", sa.String(60), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("measure", sa.String(120), primary_key=True),
        sa.Column("value", BigId, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("cell", "place", "entity", "generation"):
        op.drop_table(table)
