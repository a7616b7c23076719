# SPDX-License-Identifier: EUPL-1.2
"""What an initiative is about, and who stands in line for money."""

import sqlalchemy as sa
from alembic import op

revision = "budget_0002"
down_revision = "budget_0001"


def upgrade() -> None:
    op.create_table(
        "initiative_themes",
        sa.Column("initiative_id", sa.String(64), primary_key=True),
        sa.Column("theme", sa.String(60), nullable=False),
    )
    op.create_index("grants_of_line", "grants", ["year", "line", "state", "number"])


def downgrade() -> None:
    op.drop_index("grants_of_line", "grants")
    op.drop_table("initiative_themes")
