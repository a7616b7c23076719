# SPDX-License-Identifier: EUPL-1.2
"""What stopped a letter, since when it waits, who closed it; and when a published item was corrected."""

import sqlalchemy as sa
from alembic import op

from shared.store import Utc

revision = "notifications_0003"
down_revision = "notifications_0002"
TEXTS = {"step": sa.String(40), "code": sa.String(80), "closed_by": sa.String(64), "note": sa.Text()}
TIMES = ("since", "held_since", "closed_at")
COUNTS = ("errors", "failures")


def upgrade() -> None:
    for name in TIMES:
        op.add_column("notice", sa.Column(name, Utc))
    for name in COUNTS:
        op.add_column("notice", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    for name, kind in TEXTS.items():
        op.add_column("notice", sa.Column(name, kind))
    op.execute("UPDATE notice SET failures = 1 WHERE state = 'failed'")
    op.add_column("feed_item", sa.Column("corrected_at", Utc))


def downgrade() -> None:
    with op.batch_alter_table("feed_item") as feed_item:
        feed_item.drop_column("corrected_at")
    with op.batch_alter_table("notice") as notice:
        for name in (*TIMES, *COUNTS, *TEXTS):
            notice.drop_column(name)
