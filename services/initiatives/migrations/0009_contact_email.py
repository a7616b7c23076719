# SPDX-License-Identifier: EUPL-1.2
"""No index by folded address: no tool can compare it, and a rare question may read the whole table."""

from alembic import op

revision = "initiatives_0009"
down_revision = "initiatives_0007"


def upgrade() -> None:
    op.execute("DROP INDEX IF EXISTS contact_email")


def downgrade() -> None:
    """The index was never needed."""
