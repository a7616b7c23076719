# SPDX-License-Identifier: EUPL-1.2
"""History on its way in, and the keys of what was imported."""

import sqlalchemy as sa
from alembic import op

from shared.store import Utc

revision = "initiatives_0007"
down_revision = "initiatives_0005"


def upgrade() -> None:
    op.create_table(
        "import",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("received_at", Utc, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("checked", sa.Integer, nullable=False),
        sa.Column("written", sa.Integer, nullable=False),
        sa.Column("known", sa.Integer, nullable=False),
        sa.Column("faults", sa.JSON, nullable=False),
    )
    op.create_index("import_state", "import", ["state", "received_at"])
    op.create_table(
        "import_line",
        sa.Column("import_id", sa.String(64), sa.ForeignKey("import.id"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("document", sa.JSON, nullable=False),
    )
    op.create_table(
        "imported",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("initiative_id", sa.String(64), sa.ForeignKey("initiative.id"), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("imported")
    op.drop_table("import_line")
    op.drop_table("import")
