# SPDX-License-Identifier: EUPL-1.2
"""The record of who did what."""

import sqlalchemy as sa
from alembic import op

from shared.store import BigId, Utc

revision = "plumbing_0006"
down_revision = "plumbing_0005"


def upgrade() -> None:
    op.create_table(
        "record",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("at", Utc, nullable=False),
        sa.Column("issuer", sa.String(500), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(200), nullable=False),
        sa.Column("act", sa.String(200), nullable=False),
        sa.Column("about", sa.String(600), nullable=False),
        sa.Column("correlation_id", sa.String(64), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("record_at", "record", ["at"])


def downgrade() -> None:
    op.drop_table("record")
