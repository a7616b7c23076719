# SPDX-License-Identifier: EUPL-1.2
"""The headers with which an event came that lies aside."""

import sqlalchemy as sa
from alembic import op

revision = "plumbing_0004"
down_revision = "plumbing_0003"


def upgrade() -> None:
    op.add_column("parked", sa.Column("headers", sa.Text))


def downgrade() -> None:
    op.drop_column("parked", "headers")
