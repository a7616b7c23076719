# SPDX-License-Identifier: EUPL-1.2
"""Outbox and aggregate versions."""

import sqlalchemy as sa
from alembic import op

from shared.store import BigId, Utc

revision = "plumbing_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "aggregate",
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("version", BigId, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.String(64), nullable=False, unique=True),
        sa.Column("nats_subject", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("sequence", BigId, nullable=False),
        sa.Column("major", sa.Integer, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", Utc, nullable=False),
        sa.Column("published_at", Utc),
        sa.Column("stream_sequence", BigId),
        sa.UniqueConstraint("subject", "sequence", "major", name="outbox_sequence"),
        sqlite_autoincrement=True,
    )
    unpublished = sa.text("published_at IS NULL")
    op.create_index(
        "outbox_unpublished", "outbox", ["id"], postgresql_where=unpublished, sqlite_where=unpublished
    )


def downgrade() -> None:
    op.drop_table("outbox")
    op.drop_table("aggregate")
