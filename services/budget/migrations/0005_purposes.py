# SPDX-License-Identifier: EUPL-1.2
"""What an official wrote for the public about an initiative that asks for money."""

import sqlalchemy as sa
from alembic import op

revision = "budget_0005"
down_revision = "budget_0003"


def upgrade() -> None:
    op.create_table(
        "initiative_purposes",
        sa.Column("initiative_id", sa.String(64), primary_key=True),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("summary", sa.String(5000), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("initiative_purposes")
