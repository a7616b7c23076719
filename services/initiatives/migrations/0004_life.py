# SPDX-License-Identifier: EUPL-1.2
"""Terms, supplements, evaluations, words to find by, deputies and absences."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

from shared.store import BigId

revision = "initiatives_0004"
down_revision = "initiatives_0003"


def upgrade() -> None:
    _terms()
    with op.batch_alter_table("assessment") as batch:
        batch.add_column(sa.Column("destination", sa.String(60)))
        batch.add_column(sa.Column("reply_subject", sa.Text))
        batch.add_column(sa.Column("reply_text", sa.Text))
    op.create_table(
        "supplement",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("initiative_id", sa.String(64), sa.ForeignKey("initiative.id"), nullable=False),
        sa.Column("asked_on", sa.Date, nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("answer_by", sa.Date, nullable=False),
        sa.Column("answered_on", sa.Date),
        sa.Column("answer", sa.Text),
    )
    op.create_index("supplement_of", "supplement", ["initiative_id", "id"])
    op.create_table(
        "evaluation",
        sa.Column("initiative_id", sa.String(64), sa.ForeignKey("initiative.id"), primary_key=True),
        sa.Column("result", sa.String(20), nullable=False),
        sa.Column("goals", sa.JSON, nullable=False),
        sa.Column("lesson", sa.Text),
    )
    op.create_table(
        "initiative_word",
        sa.Column(
            "word", sa.String(40, collation="C").with_variant(sa.String(40), "sqlite"), primary_key=True
        ),
        sa.Column("initiative_id", sa.String(64), sa.ForeignKey("initiative.id"), primary_key=True),
    )
    op.create_index("initiative_word_of", "initiative_word", ["initiative_id"])
    _words()
    with op.batch_alter_table("appointment") as batch:
        batch.add_column(sa.Column("deputy_id", sa.String(64)))
    op.create_index("appointment_officer", "appointment", ["officer_id", "valid_from"])
    op.create_index("appointment_deputy", "appointment", ["deputy_id", "valid_from"])
    op.create_table(
        "absence",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("appointment_id", sa.String(64), sa.ForeignKey("appointment.id"), nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
    )
    op.create_index("absence_of", "absence", ["appointment_id", "first_day"])
    with op.batch_alter_table("kern") as batch:
        batch.add_column(sa.Column("uncovered_since", sa.Date))


def _terms() -> None:
    """What was stored before gets the term it had: its date as it was told, near two weeks before it."""
    with op.batch_alter_table("initiative") as batch:
        batch.add_column(sa.Column("term_ends_on", sa.Date))
        batch.add_column(sa.Column("approaching_on", sa.Date))
        batch.add_column(sa.Column("extended", sa.Boolean, nullable=False, server_default=sa.false()))
        for name in ("asked_on", "answer_by", "alarm_on", "term_due_on"):
            batch.add_column(sa.Column(name, sa.Date))
        batch.add_column(sa.Column("told", sa.String(20)))
        batch.add_column(sa.Column("is_open", sa.Boolean, nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("published", sa.Boolean, nullable=False, server_default=sa.false()))
    connection = op.get_bind()
    on_sqlite = "UPDATE initiative SET approaching_on = date(decision_due_on, '-14 days')"
    on_postgres = "UPDATE initiative SET approaching_on = decision_due_on - 14"
    op.execute(on_sqlite if connection.dialect.name == "sqlite" else on_postgres)
    op.execute("UPDATE initiative SET term_ends_on = decision_due_on")
    op.execute(
        "UPDATE initiative SET term_due_on = decision_due_on, alarm_on = approaching_on "
        "WHERE origin = 'live' AND state IN ('submitted', 'assigned', 'awaiting-grant')"
    )
    op.execute(
        "UPDATE initiative SET is_open = true "
        "WHERE state NOT IN ('declined', 'redirected', 'realised', 'withdrawn')"
    )
    op.execute("UPDATE initiative SET published = true WHERE id IN (SELECT initiative_id FROM assessment)")
    with op.batch_alter_table("initiative") as batch:
        batch.alter_column("term_ends_on", existing_type=sa.Date, nullable=False)
        batch.alter_column("approaching_on", existing_type=sa.Date, nullable=False)
        for name in ("extended", "is_open", "published"):
            batch.alter_column(name, existing_type=sa.Boolean, server_default=None)
    op.create_index("initiative_officer", "initiative", ["officer_id", "received_on", "id"])
    op.create_index("initiative_due", "initiative", ["decision_due_on", "id"])
    op.create_index("initiative_work", "initiative", ["is_open", "officer_id", "decision_due_on", "id"])
    op.create_index("initiative_open", "initiative", ["is_open", "decision_due_on", "id"])
    op.create_index("initiative_term", "initiative", ["term_due_on", "id"])
    op.create_index("initiative_alarm", "initiative", ["alarm_on", "id"])


def _words() -> None:
    """Let what was stored before be found too; as they were folded when this was written."""
    connection = op.get_bind()
    known = connection.execute(sa.text("SELECT id, title, description FROM initiative")).all()
    for initiative_id, *texts in known:
        plain = unicodedata.normalize("NFKD", " ".join(texts).casefold())
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
        rows = [
            {"word": word, "of": initiative_id}
            for word in sorted({found[:40] for found in re.findall(r"[^\W_]+", plain)})
        ]
        if rows:
            added = "INSERT INTO initiative_word (word, initiative_id) VALUES (:word, :of)"
            connection.execute(sa.text(added), rows)


def downgrade() -> None:
    op.drop_table("absence")
    op.drop_table("initiative_word")
    op.drop_table("evaluation")
    op.drop_table("supplement")
    for name in ("officer", "due", "work", "open", "term", "alarm"):
        op.drop_index(f"initiative_{name}", "initiative")
    op.drop_index("appointment_officer", "appointment")
    op.drop_index("appointment_deputy", "appointment")
    with op.batch_alter_table("kern") as batch:
        batch.drop_column("uncovered_since")
    with op.batch_alter_table("appointment") as batch:
        batch.drop_column("deputy_id")
    with op.batch_alter_table("assessment") as batch:
        for name in ("destination", "reply_subject", "reply_text"):
            batch.drop_column(name)
    with op.batch_alter_table("initiative") as batch:
        for name in (
            "term_ends_on",
            "approaching_on",
            "extended",
            "asked_on",
            "answer_by",
            "told",
            "alarm_on",
            "term_due_on",
            "is_open",
            "published",
        ):
            batch.drop_column(name)
