# SPDX-License-Identifier: EUPL-1.2
"""Years, the ledger with its guards, the register and its contributions, and grants."""

import sqlalchemy as sa
from alembic import op

from shared.store import BigId, Utc

revision = "budget_0001"
down_revision = None

FINAL = "postings are append-only: correct a mistake by another posting"


def upgrade() -> None:
    _ledger()
    _postings()
    _make_postings_final()
    _register()
    _runs()
    _grants()


def downgrade() -> None:
    for table in (
        "grants",
        "contribution_run_outcomes",
        "contributions",
        "contribution_runs",
        "organisations",
        "postings",
        "kern_holds",
        "budget_lines",
        "budget_years",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION postings_are_final()")


def _cents(name: str, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _ledger() -> None:
    op.create_table(
        "budget_years",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        _cents("total_cents"),
        sa.Column("decision_reference", sa.String(200), nullable=False),
        sa.Column("adopted_on", sa.Date, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("recorded_at", Utc, nullable=False),
        sa.CheckConstraint("total_cents >= 0", name="no_negative_total"),
    )
    op.create_table(
        "budget_lines",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line", sa.String(60), primary_key=True),
        sa.Column("within_total", sa.Boolean, nullable=False),
        *(_cents(f"{account}_cents") for account in ("total", "reserved", "committed", "paid")),
        sa.CheckConstraint(
            "reserved_cents >= 0 AND committed_cents >= 0 AND paid_cents >= 0", name="no_negative"
        ),
        sa.CheckConstraint("reserved_cents + committed_cents + paid_cents <= total_cents", name="never_over"),
        sa.ForeignKeyConstraint(["year"], ["budget_years.year"]),
    )
    op.create_table(
        "kern_holds",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line", sa.String(60), primary_key=True),
        sa.Column("kern", sa.String(60), primary_key=True),
        _cents("held_cents"),
        sa.CheckConstraint("held_cents >= 0", name="no_negative_hold"),
        sa.ForeignKeyConstraint(["year", "line"], ["budget_lines.year", "budget_lines.line"]),
    )


def _postings() -> None:
    op.create_table(
        "postings",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("line", sa.String(60), nullable=False),
        sa.Column("kern", sa.String(60)),
        sa.Column("operation", sa.String(20), nullable=False),
        sa.Column("credit", sa.String(20), nullable=False),
        sa.Column("debit", sa.String(20), nullable=False),
        _cents("amount_cents"),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("correlation_id", sa.String(64), nullable=False),
        sa.Column("causation_id", sa.String(64)),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("recorded_at", Utc, nullable=False),
        sa.CheckConstraint("amount_cents > 0", name="something_moves"),
        sa.CheckConstraint("credit <> debit", name="from_one_to_another"),
        sa.ForeignKeyConstraint(["year", "line"], ["budget_lines.year", "budget_lines.line"]),
        sqlite_autoincrement=True,
    )
    op.create_index("postings_of_line", "postings", ["year", "line", "id"])
    op.create_index("postings_of_subject", "postings", ["subject"])


def _make_postings_final() -> None:
    """The database itself refuses to change history."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION postings_are_final() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{FINAL}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER final BEFORE UPDATE OR DELETE ON postings "
            "FOR EACH ROW EXECUTE FUNCTION postings_are_final()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER postings_no_{change.lower()} BEFORE {change} ON postings "
            f"BEGIN SELECT RAISE(ABORT, '{FINAL}'); END"
        )


def _register() -> None:
    op.create_table(
        "organisations",
        sa.Column("number", BigId, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("kernen", sa.JSON, nullable=False),
        sa.Column("name", sa.String(200)),
        sa.Column("active_from", sa.Date, nullable=False),
        sa.Column("active_until", sa.Date),
        sa.Column("registered_on", sa.Date, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("recorded_at", Utc, nullable=False),
        sqlite_autoincrement=True,
    )


def _runs() -> None:
    op.create_table(
        "contribution_runs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("year", sa.Integer, sa.ForeignKey("budget_years.year"), nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("recorded_at", Utc, nullable=False),
    )
    op.create_table(
        "contributions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("organisation_id", sa.String(64), sa.ForeignKey("organisations.id"), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("line", sa.String(60), nullable=False),
        _cents("amount_cents"),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("legal_basis", sa.String(500), nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("run_id", sa.String(64), sa.ForeignKey("contribution_runs.id"), nullable=False),
        sa.UniqueConstraint("organisation_id", "year", name="once_a_year"),
    )
    op.create_table(
        "contribution_run_outcomes",
        sa.Column("run_id", sa.String(64), sa.ForeignKey("contribution_runs.id"), primary_key=True),
        sa.Column("organisation_id", sa.String(64), sa.ForeignKey("organisations.id"), primary_key=True),
        sa.Column("line", sa.String(60), nullable=False),
        _cents("amount_cents"),
        sa.Column("outcome", sa.String(20), nullable=False),
    )


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("number", BigId, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("initiative_id", sa.String(64), nullable=False, unique=True),
        sa.Column("kernen", sa.JSON, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("line", sa.String(60), nullable=False),
        sa.Column("recipient_kind", sa.String(40), nullable=False),
        _cents("asked_cents"),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        _cents("held_cents"),
        _cents("allocated_cents", nullable=True),
        sa.Column("decided_on", sa.Date),
        sa.Column("reason", sa.String(40)),
        sa.Column("unmet", sa.JSON, nullable=False),
        sa.CheckConstraint("held_cents >= 0", name="no_negative_grant"),
        sqlite_autoincrement=True,
    )
