# SPDX-License-Identifier: EUPL-1.2
"""A letter for each of several people about one event, by an opaque reference."""

import sqlalchemy as sa
from alembic import op

revision = "notifications_0002"
down_revision = "notifications_0001"
ONCE = ["event_id", "audience", "channel"]


def upgrade() -> None:
    with op.batch_alter_table("notice") as notice:
        notice.add_column(sa.Column("recipient", sa.String(64), nullable=False, server_default=""))
        notice.drop_constraint("notice_once", type_="unique")
        notice.create_unique_constraint("notice_once", [*ONCE, "recipient"])


def downgrade() -> None:
    with op.batch_alter_table("notice") as notice:
        notice.drop_constraint("notice_once", type_="unique")
        notice.drop_column("recipient")
        notice.create_unique_constraint("notice_once", ONCE)
