# SPDX-License-Identifier: EUPL-1.2
"""Sessions of officials."""

import sqlalchemy as sa
from alembic import op

from shared.store import Utc

revision = "initiatives_0011"
down_revision = "initiatives_0010"


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("issuer", sa.String(500), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("officer_id", sa.String(64)),
        sa.Column("began_at", Utc, nullable=False),
        sa.Column("ends_at", Utc, nullable=False),
        sa.Column("seen_at", Utc, nullable=False),
    )
    op.create_index("session_ends", "session", ["ends_at"])
    op.create_index("session_subject", "session", ["subject"])


def downgrade() -> None:
    op.drop_table("session")
