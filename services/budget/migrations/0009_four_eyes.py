# SPDX-License-Identifier: EUPL-1.2
"""Who weighed an initiative, and who ordered a payment: neither decides the next step too."""

import sqlalchemy as sa
from alembic import op

revision = "budget_0009"
down_revision = "budget_0008"


def upgrade() -> None:
    op.add_column("initiative_purposes", sa.Column("officer_id", sa.String(64)))
    op.add_column("contribution_runs", sa.Column("run_by", sa.String(800)))
    op.add_column("payment_orders", sa.Column("ordered_by", sa.String(800)))


def downgrade() -> None:
    with op.batch_alter_table("initiative_purposes") as batch:
        batch.drop_column("officer_id")
    with op.batch_alter_table("contribution_runs") as batch:
        batch.drop_column("run_by")
    with op.batch_alter_table("payment_orders", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_column("ordered_by")
