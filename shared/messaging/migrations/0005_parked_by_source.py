# SPDX-License-Identifier: EUPL-1.2
"""An event is known by its source and its id: of two sources with one id both may lie aside."""

from contextlib import AbstractContextManager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "plumbing_0005"
down_revision = "plumbing_0004"

PARKED = sa.table("parked", sa.column("source", sa.String))
BEFORE, AFTER = "parked_event_id_key", "parked_event"  # as PostgreSQL named the one that had no name
NAMES = {"uq": "%(table_name)s_%(column_0_name)s_key"}


def upgrade() -> None:
    op.execute(sa.update(PARKED).where(PARKED.c.source.is_(None)).values(source=""))
    with _table() as batch:
        batch.alter_column("source", existing_type=sa.String(100), nullable=False)
        batch.drop_constraint(BEFORE, type_="unique")
        batch.create_unique_constraint(AFTER, ["source", "event_id"])


def downgrade() -> None:
    with _table() as batch:
        batch.drop_constraint(AFTER, type_="unique")
        batch.create_unique_constraint(BEFORE, ["event_id"])
        batch.alter_column("source", existing_type=sa.String(100), nullable=True)
    op.execute(sa.update(PARKED).where(PARKED.c.source == "").values(source=None))


def _table() -> AbstractContextManager[BatchOperations]:
    """SQLite makes the table again."""
    return op.batch_alter_table(
        "parked", naming_convention=NAMES, table_kwargs={"sqlite_autoincrement": True}
    )
