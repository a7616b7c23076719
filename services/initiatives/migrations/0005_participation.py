# SPDX-License-Identifier: EUPL-1.2
"""Participation, networks, and commitments that were met."""

import sqlalchemy as sa
from alembic import op

from shared.store import BigId, Utc

revision = "initiatives_0005"
down_revision = "initiatives_0004"


def upgrade() -> None:
    op.create_table(
        "participation",
        sa.Column("number", BigId, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("kernen", sa.JSON, nullable=False),
        sa.Column("public_subject", sa.String(200), nullable=False),
        sa.Column("guide_version", sa.Text, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("overruled", sa.Boolean, nullable=False),
        sa.Column("motivation", sa.Text),
        sa.Column("rung", sa.String(20)),
        sa.Column("invited", sa.JSON, nullable=False),
        sa.Column("public_goal", sa.Text),
        sa.Column("public_reaching", sa.Text),
        sa.Column("points", sa.JSON, nullable=False),
        sa.Column("public_reason", sa.Text),
        sa.Column("changed_on", sa.Date, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "participation_activity",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("participation_id", sa.String(64), sa.ForeignKey("participation.id"), nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("form", sa.String(60), nullable=False),
        sa.Column("invited_by", sa.String(60), nullable=False),
        sa.Column("attendance", sa.Integer, nullable=False),
        sa.Column("groups", sa.JSON, nullable=False),
    )
    op.create_index("participation_activity_of", "participation_activity", ["participation_id", "id"])
    op.create_table(
        "participation_history",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("participation_id", sa.String(64), sa.ForeignKey("participation.id"), nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("actor", sa.String(20), nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("recorded_at", Utc, nullable=False),
    )
    op.create_index("participation_history_of", "participation_history", ["participation_id", "id"])
    op.create_table(
        "participant",
        sa.Column("contact_id", sa.String(64), sa.ForeignKey("contact.id"), primary_key=True),
        sa.Column("participation_id", sa.String(64), sa.ForeignKey("participation.id"), nullable=False),
        sa.Column("consented_on", sa.Date, nullable=False),
    )
    op.create_index("participant_of", "participant", ["participation_id", "contact_id"])
    op.create_table(
        "network",
        sa.Column("kern", sa.String(60), primary_key=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("organisations", sa.JSON, nullable=False),
        sa.Column("teams", sa.JSON, nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("changed_on", sa.Date, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
    )
    op.create_table(
        "milestone",
        sa.Column("slug", sa.String(60), primary_key=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("reached_on", sa.Date, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
    )


def downgrade() -> None:
    for table in ("milestone", "network", "participant"):
        op.drop_table(table)
    for table in ("participation_history", "participation_activity", "participation"):
        op.drop_table(table)
