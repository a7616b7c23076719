# SPDX-License-Identifier: EUPL-1.2
"""Notices, the news of the kernen, and the local mailbox."""

import sqlalchemy as sa
from alembic import op

from shared.store import BigId, Utc

revision = "notifications_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("unknown", sa.Integer, nullable=False),
        sa.Column("next_at", Utc),
        sa.Column("reason", sa.String(20)),
        sa.UniqueConstraint("event_id", "audience", "channel", name="notice_once"),
    )
    op.create_index("notice_due", "notice", ["state", "next_at"])
    op.create_index("notice_created", "notice", ["created_at", "id"])
    op.create_index("notice_about", "notice", ["about", "created_at", "id"])
    op.create_table(
        "feed_item",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("kern", sa.String(60), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("recorded_at", Utc, nullable=False),
        sa.UniqueConstraint("event_id", "kern", name="feed_item_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("feed_item_of_kern", "feed_item", ["kern", "happened_on", "id"])
    op.create_index("feed_item_about", "feed_item", ["about", "template"])
    op.create_table(
        "mailbox",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("arrived_at", Utc, nullable=False),
    )


def downgrade() -> None:
    for table in ("mailbox", "feed_item", "notice"):
        op.drop_table(table)
