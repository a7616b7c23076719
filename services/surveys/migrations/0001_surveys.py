# SPDX-License-Identifier: EUPL-1.2
"""Surveys and their answers, results, imported rounds, benchmarks and stories."""

import sqlalchemy as sa
from alembic import op

from shared.store import BigId

revision = "surveys_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "survey",
        sa.Column("number", BigId, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("instrument", sa.String(20), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("title", sa.String(150), nullable=False),
        sa.Column("introduction", sa.Text),
        sa.Column("access", sa.String(20), nullable=False),
        sa.Column("kernen", sa.JSON, nullable=False),
        sa.Column("invited", sa.JSON, nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("comparable_with", sa.JSON, nullable=False),
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("closes_on", sa.Date, nullable=False),
        sa.Column("changed_on", sa.Date, nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "survey_code",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("survey_id", sa.String(64), sa.ForeignKey("survey.id"), nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("survey_id", sa.String(64), sa.ForeignKey("survey.id"), nullable=False),
        sa.Column("kern", sa.String(60), nullable=False),
    )
    op.create_index("reply_of_survey", "reply", ["survey_id"])
    op.create_table(
        "answer",
        sa.Column("reply_id", sa.String(64), sa.ForeignKey("reply.id"), primary_key=True),
        sa.Column("question", sa.String(60), primary_key=True),
        sa.Column("answer", sa.String(60), nullable=False),
    )
    op.create_table(
        "open_answer",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("survey_id", sa.String(64), sa.ForeignKey("survey.id"), nullable=False),
        sa.Column("question", sa.String(60), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("open_answer_of_survey", "open_answer", ["survey_id", "id"])
    op.create_table(
        "imported_round",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("instrument", sa.String(20), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.UniqueConstraint("instrument", "audience", "year", name="one_round"),
    )
    op.create_table(
        "result",
        sa.Column("number", BigId, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("survey_id", sa.String(64), nullable=False),
        sa.Column("instrument", sa.String(20), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("area", sa.String(60), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("standing", sa.String(20), nullable=False),
        sa.Column("invited", sa.Integer),
        sa.Column("n", sa.Integer),
        sa.Column("value", sa.Float),
        sa.Column("spread", sa.Float),
        sa.Column("distribution", sa.JSON, nullable=False),
        sa.Column("comparable_with", sa.JSON, nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.UniqueConstraint("survey_id", "indicator", "area", name="one_result"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "imported_row",
        sa.Column("result_id", sa.String(64), sa.ForeignKey("result.id"), primary_key=True),
        sa.Column("n", sa.Integer),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("spread", sa.Float),
        sa.Column("distribution", sa.JSON, nullable=False),
        sa.Column("invited", sa.Integer),
    )
    op.create_table(
        "benchmark",
        sa.Column("number", BigId, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("area", sa.String(20), nullable=False),
        sa.Column("instrument", sa.String(20), nullable=False),
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("n", sa.Integer),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.UniqueConstraint("area", "instrument", "indicator", "year", name="one_benchmark"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "story",
        sa.Column("number", BigId, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("kern", sa.String(60), nullable=False),
        sa.Column("theme", sa.String(60)),
        sa.Column("initiative_id", sa.String(64)),
        sa.Column("text", sa.Text),
        sa.Column("contact", sa.String(254)),
        sa.Column("told_on", sa.Date, nullable=False),
        sa.Column("changed_on", sa.Date, nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("result_found", "result", ["indicator", "area", "year"])
    op.create_index("story_state", "story", ["state", "number"])


def downgrade() -> None:
    for table in (
        "story",
        "benchmark",
        "imported_row",
        "result",
        "imported_round",
        "open_answer",
        "answer",
        "reply",
        "survey_code",
        "survey",
    ):
        op.drop_table(table)
