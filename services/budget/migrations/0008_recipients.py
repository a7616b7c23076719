# SPDX-License-Identifier: EUPL-1.2
"""To which organisation of the register a grant was promised."""

import sqlalchemy as sa
from alembic import op

revision = "budget_0008"
down_revision = "budget_0007"


def upgrade() -> None:
    # In the column itself: SQLite would copy the whole table for a constraint beside it.
    recipient = sa.Column("organisation_id", sa.String(64), sa.ForeignKey("organisations.id"))
    op.add_column("grants", recipient, inline_references=True)


def downgrade() -> None:
    with op.batch_alter_table("grants") as batch:
        batch.drop_column("organisation_id")
