# SPDX-License-Identifier: EUPL-1.2
"""Initiatives, their history and money, who submitted them, and the kernambtenaren on duty."""

import sqlalchemy as sa
from alembic import op

from shared.store import BigId, Utc

revision = "initiatives_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("phone", sa.String(40)),
        sa.Column("address", sa.String(300)),
    )
    op.create_table(
        "initiative",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("theme", sa.String(60), nullable=False),
        sa.Column("submitter_kind", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("amount_asked_cents", sa.BigInteger),
        sa.Column("wanted_start_on", sa.Date),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("decision_due_on", sa.Date, nullable=False),
        sa.Column("changed_on", sa.Date, nullable=False),
        sa.Column("officer_id", sa.String(64)),
        sa.Column("support_given", sa.JSON(none_as_null=True)),
        sa.Column("contact_id", sa.String(64), sa.ForeignKey("contact.id"), unique=True),
    )
    op.create_index("initiative_received", "initiative", ["received_on", "id"])
    op.create_index("initiative_state", "initiative", ["state", "received_on", "id"])
    op.create_index("initiative_theme", "initiative", ["theme", "received_on", "id"])
    op.create_table(
        "initiative_kern",
        sa.Column("initiative_id", sa.String(64), sa.ForeignKey("initiative.id"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kern", sa.String(60), nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
    )
    op.create_index("initiative_kern_received", "initiative_kern", ["kern", "received_on", "initiative_id"])
    op.create_table(
        "initiative_history",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("initiative_id", sa.String(64), sa.ForeignKey("initiative.id"), nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("actor", sa.String(20), nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("recorded_at", Utc, nullable=False),
        sa.Column("why", sa.String(60)),
    )
    op.create_index("initiative_history_of", "initiative_history", ["initiative_id", "id"])
    op.create_table(
        "assessment",
        sa.Column("initiative_id", sa.String(64), sa.ForeignKey("initiative.id"), primary_key=True),
        sa.Column("guide_version", sa.Text, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("overruled", sa.Boolean, nullable=False),
        sa.Column("motivation", sa.Text),
        sa.Column("goals", sa.JSON, nullable=False),
        sa.Column("support_kinds", sa.JSON, nullable=False),
        sa.Column("line", sa.String(60)),
        sa.Column("amount_cents", sa.BigInteger),
        sa.Column("public_title", sa.String(200), nullable=False),
        sa.Column("public_summary", sa.Text, nullable=False),
    )
    op.create_table(
        "money",
        sa.Column("initiative_id", sa.String(64), sa.ForeignKey("initiative.id"), primary_key=True),
        sa.Column("line", sa.String(60), nullable=False),
        sa.Column("asked_cents", sa.BigInteger, nullable=False),
        sa.Column("decision", sa.String(20), nullable=False),
        sa.Column("year", sa.Integer),
        sa.Column("allocated_cents", sa.BigInteger),
        sa.Column("decided_on", sa.Date),
        sa.Column("reason", sa.String(40)),
        sa.Column("settled_cents", sa.BigInteger),
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("officer_id", sa.String(64), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date),
        sa.Column("functional_address", sa.String(254), nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
    )
    op.create_index("appointment_from", "appointment", ["valid_from", "id"])
    op.create_table(
        "appointment_kern",
        sa.Column("appointment_id", sa.String(64), sa.ForeignKey("appointment.id"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kern", sa.String(60), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
    )
    op.create_index("appointment_kern_from", "appointment_kern", ["kern", "valid_from", "appointment_id"])
    op.create_table(
        "kern",
        sa.Column("slug", sa.String(60), primary_key=True),
    )


def downgrade() -> None:
    op.drop_table("kern")
    op.drop_table("appointment_kern")
    op.drop_table("appointment")
    op.drop_table("money")
    op.drop_table("assessment")
    op.drop_table("initiative_history")
    op.drop_table("initiative_kern")
    op.drop_table("initiative")
    op.drop_table("contact")
