# SPDX-License-Identifier: EUPL-1.2
"""On what the decision on a grant rests. Of what was decided before, the event tells it."""

import json

import sqlalchemy as sa
from alembic import op

revision = "budget_0007"
down_revision = "budget_0006"

GRANTS = sa.table("grants", sa.column("id"), sa.column("legal_basis"))
OUTBOX = sa.table("outbox", sa.column("nats_subject"), sa.column("subject"), sa.column("payload"))
DECISIONS = ("%.grant.allocated.v1", "%.grant.declined.v1")


def upgrade() -> None:
    with op.batch_alter_table("grants") as batch:
        batch.add_column(sa.Column("legal_basis", sa.Text))
    connection = op.get_bind()
    decided = sa.or_(*(OUTBOX.c.nats_subject.like(each) for each in DECISIONS))
    for grant, payload in connection.execute(sa.select(OUTBOX.c.subject, OUTBOX.c.payload).where(decided)):
        basis = json.loads(payload)["data"].get("legalBasis")
        connection.execute(sa.update(GRANTS).where(GRANTS.c.id == grant).values(legal_basis=basis))


def downgrade() -> None:
    with op.batch_alter_table("grants") as batch:
        batch.drop_column("legal_basis")
