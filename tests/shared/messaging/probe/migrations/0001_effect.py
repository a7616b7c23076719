# SPDX-License-Identifier: EUPL-1.2
"""What was handled."""

import sqlalchemy as sa
from alembic import op

revision = "probe_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "effect",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("effect")
