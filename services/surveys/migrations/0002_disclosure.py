# SPDX-License-Identifier: EUPL-1.2
"""What a result rests on, and every version of an imported one that was published."""

import sqlalchemy as sa
from alembic import op

revision = "surveys_0002"
down_revision = "surveys_0001"


def upgrade() -> None:
    with op.batch_alter_table("result") as batch:
        batch.add_column(sa.Column("answers_from", sa.String(20), nullable=False, server_default="import"))
    with op.batch_alter_table("imported_row") as batch:
        batch.alter_column("value", existing_type=sa.Float, nullable=True)
        batch.add_column(sa.Column("published", sa.JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("imported_row") as batch:
        batch.drop_column("published")
        batch.alter_column("value", existing_type=sa.Float, nullable=False)
    with op.batch_alter_table("result") as batch:
        batch.drop_column("answers_from")
