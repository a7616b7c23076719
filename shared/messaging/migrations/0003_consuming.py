# SPDX-License-Identifier: EUPL-1.2
"""Versions, parked events, the lease, operator requests, and how far the stream was seen."""

import sqlalchemy as sa
from alembic import op

from shared.store import BigId, Utc

revision = "plumbing_0003"
down_revision = "plumbing_0002"


def upgrade() -> None:
    op.create_table(
        "version",
        sa.Column("consumer", sa.String(40), primary_key=True),
        sa.Column("source", sa.String(100), primary_key=True),
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("last_sequence", BigId, nullable=False),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
    )
    op.create_table(
        "stream_seen",
        sa.Column("stream", sa.String(40), primary_key=True),
        sa.Column("created", sa.String(40), nullable=False),
        sa.Column("last_sequence", BigId, nullable=False),
        sa.Column("messages", BigId, nullable=False),
        sa.Column("acknowledged", BigId, nullable=False),
        sa.Column("regressed_at", Utc),
    )
    op.create_table(
        "operator_request",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("arguments", sa.Text, nullable=False),
        sa.Column("asked_at", Utc, nullable=False),
        sa.Column("done_at", Utc),
        sa.Column("succeeded", sa.String(3)),
        sa.Column("report", sa.Text),
        sqlite_autoincrement=True,
    )
    _parked()


def _parked() -> None:
    op.create_table(
        "parked",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.String(80), nullable=False, unique=True),
        sa.Column("source", sa.String(100)),
        sa.Column("subject", sa.String(64)),
        sa.Column("sequence", BigId),
        sa.Column("event_type", sa.String(200), nullable=False),
        sa.Column("nats_subject", sa.String(200), nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.String(10), nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("traceback", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("parked_at", Utc, nullable=False),
        sa.Column("next_at", Utc),
        sa.Column("closed_at", Utc),
        sa.Column("closed_by", sa.String(64)),
        sa.Column("note", sa.Text),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "parked_open", "parked", ["subject", "sequence"], postgresql_where=is_open, sqlite_where=is_open
    )
    op.create_index("parked_due", "parked", ["next_at"], postgresql_where=is_open, sqlite_where=is_open)


def downgrade() -> None:
    for table in ("parked", "operator_request", "stream_seen", "lease", "version"):
        op.drop_table(table)
