# SPDX-License-Identifier: EUPL-1.2
"""The keys under which commands were sent, and what was answered."""

import sqlalchemy as sa
from alembic import op

from shared.store import Utc

revision = "plumbing_0002"
down_revision = "plumbing_0001"


def upgrade() -> None:
    op.create_table(
        "idempotency",
        sa.Column("operation", sa.String(600), primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("location", sa.String(600)),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
    )
    op.create_index("idempotency_created_at", "idempotency", ["created_at"])


def downgrade() -> None:
    op.drop_table("idempotency")
