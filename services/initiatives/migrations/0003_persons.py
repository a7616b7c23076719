# SPDX-License-Identifier: EUPL-1.2
"""Who was erased, what is locked by law, and what was destroyed."""

import sqlalchemy as sa
from alembic import op

from shared.store import BigId

revision = "initiatives_0003"
down_revision = "initiatives_0001"


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("number", BigId, primary_key=True, autoincrement=True),
        sa.Column("contact_id", sa.String(64), nullable=False, unique=True),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("erased_on", sa.Date, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "locked_record",
        sa.Column("initiative_id", sa.String(64), sa.ForeignKey("initiative.id"), primary_key=True),
        sa.Column("locked_on", sa.Date, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
    )
    op.create_table(
        "destruction",
        sa.Column("number", BigId, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("proposed_on", sa.Date, nullable=False),
        sa.Column("approved_on", sa.Date),
        sa.Column("approved_by", sa.String(64)),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "destruction_item",
        sa.Column("destruction_id", sa.String(64), sa.ForeignKey("destruction.id"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("initiative_id", sa.String(64), nullable=False),
        sa.Column("result", sa.String(20)),
        sa.Column("kept_until", sa.Date),
        sa.Column("destroyed", sa.Boolean, nullable=False),
    )
    op.create_index("destruction_item_of", "destruction_item", ["initiative_id"])


def downgrade() -> None:
    op.drop_table("destruction_item")
    op.drop_table("destruction")
    op.drop_table("locked_record")
    op.drop_table("erasure")
