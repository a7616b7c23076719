# SPDX-License-Identifier: EUPL-1.2
"""The number on a receipt. What was there before is numbered in the order in which it was received; without
the municipality's letters, which stand in no receipt that was sent.
"""

import sqlalchemy as sa
from alembic import op

from shared.store import BigId

revision = "initiatives_0010"
down_revision = "initiatives_0009"


def upgrade() -> None:
    op.create_table(
        "receipt_serial",
        sa.Column("serial", BigId, primary_key=True, autoincrement=True),
        sa.Column("received_on", sa.Date, nullable=False),
        sqlite_autoincrement=True,
    )
    # With a default, as SQLite would otherwise make the table again, to which others refer.
    op.add_column("initiative", sa.Column("number", sa.String(30), nullable=False, server_default=""))
    connection = op.get_bind()
    known = connection.execute(
        sa.text("SELECT id, received_on FROM initiative ORDER BY received_on, id").columns(
            received_on=sa.Date
        )
    ).all()
    taken = sa.text("INSERT INTO receipt_serial (received_on) VALUES (:day)").bindparams(
        sa.bindparam("day", type_=sa.Date)
    )
    numbered = sa.text("UPDATE initiative SET number = :number WHERE id = :id")
    for serial, row in enumerate(known, 1):
        connection.execute(taken, {"day": row.received_on})
        connection.execute(numbered, {"number": f"{row.received_on.year}-{serial:05}", "id": row.id})
    op.create_index("initiative_number", "initiative", ["number"], unique=True)


def downgrade() -> None:
    op.drop_index("initiative_number", "initiative")
    op.drop_column("initiative", "number")
    op.drop_table("receipt_serial")
