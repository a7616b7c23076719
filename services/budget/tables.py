# SPDX-License-Identifier: EUPL-1.2
"""The tables of this service: the ledger and what it is about. Money is integer cents."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from shared.store import BigId, Utc

books = MetaData()

years = Table(
    "budget_years",
    books,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("id", String(64), nullable=False, unique=True),
    Column("total_cents", BigInteger, nullable=False),
    Column("decision_reference", String(200), nullable=False),
    Column("adopted_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("origin", String(10), nullable=False),
    Column("recorded_at", Utc, nullable=False),
    CheckConstraint("total_cents >= 0", name="no_negative_total"),
)
# `told_percent` is the highest threshold that was announced; `left_cents` is absent while the year is open,
# and then what was left of the line at its closing and was not carried over.
lines = Table(
    "budget_lines",
    books,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("line", String(60), primary_key=True),
    Column("within_total", Boolean, nullable=False),
    Column("total_cents", BigInteger, nullable=False),
    Column("reserved_cents", BigInteger, nullable=False),
    Column("committed_cents", BigInteger, nullable=False),
    Column("paid_cents", BigInteger, nullable=False),
    Column("ceiling_publication", String(200)),
    Column("distribution", String(20)),
    Column("told_percent", Integer, nullable=False, server_default="0"),
    Column("left_cents", BigInteger),
    CheckConstraint("reserved_cents >= 0 AND committed_cents >= 0 AND paid_cents >= 0", name="no_negative"),
    CheckConstraint("reserved_cents + committed_cents + paid_cents <= total_cents", name="never_over"),
    ForeignKeyConstraint(["year"], ["budget_years.year"]),
)
AVAILABLE = lines.c.total_cents - lines.c.reserved_cents - lines.c.committed_cents - lines.c.paid_cents
amendments = Table(
    "budget_amendments",
    books,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("year", Integer, ForeignKey("budget_years.year"), nullable=False),
    Column("cause", String(20), nullable=False),
    Column("line", String(60), nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("from_line", String(60)),
    Column("from_year", Integer),
    Column("reason", String(500), nullable=False),
    Column("decision_reference", String(200)),
    Column("happened_on", Date, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("recorded_at", Utc, nullable=False),
    sqlite_autoincrement=True,
)
# What a kern holds of a line: the counter behind a maximum per kern.
kern_holds = Table(
    "kern_holds",
    books,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("line", String(60), primary_key=True),
    Column("kern", String(60), primary_key=True),
    Column("held_cents", BigInteger, nullable=False),
    CheckConstraint("held_cents >= 0", name="no_negative_hold"),
    ForeignKeyConstraint(["year", "line"], ["budget_lines.year", "budget_lines.line"]),
)
postings = Table(
    "postings",
    books,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("subject", String(64), nullable=False),
    Column("year", Integer, nullable=False),
    Column("line", String(60), nullable=False),
    Column("kern", String(60)),
    Column("operation", String(20), nullable=False),
    Column("credit", String(20), nullable=False),
    Column("debit", String(20), nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("role", String(20), nullable=False),
    Column("reason", String(40)),
    Column("origin", String(10), nullable=False),
    Column("correlation_id", String(64), nullable=False),
    Column("causation_id", String(64)),
    Column("happened_on", Date, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    CheckConstraint("amount_cents > 0", name="something_moves"),
    CheckConstraint("credit <> debit", name="from_one_to_another"),
    ForeignKeyConstraint(["year", "line"], ["budget_lines.year", "budget_lines.line"]),
    sqlite_autoincrement=True,
)
Index("postings_of_line", postings.c.year, postings.c.line, postings.c.id)
Index("postings_of_subject", postings.c.subject)
# `number` is the order of registration, in which contributions are served.
organisations = Table(
    "organisations",
    books,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("kernen", JSON, nullable=False),
    Column("name", String(200)),
    Column("creditor_number", String(20)),
    Column("active_from", Date, nullable=False),
    Column("active_until", Date),
    Column("registered_on", Date, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("recorded_at", Utc, nullable=False),
    sqlite_autoincrement=True,
)
# `reached` is the number of the last organisation that was served; `finished_at` is absent until all are.
contribution_runs = Table(
    "contribution_runs",
    books,
    Column("id", String(64), primary_key=True),
    Column("year", Integer, ForeignKey("budget_years.year"), nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("recorded_at", Utc, nullable=False),
    Column("correlation_id", String(64)),
    Column("reached", BigInteger, nullable=False, server_default="0"),
    Column("finished_at", Utc),
)
# `kernen` are those of the organisation when it was given: by them it counts, whatever became of it since.
contributions = Table(
    "contributions",
    books,
    Column("id", String(64), primary_key=True),
    Column("organisation_id", String(64), ForeignKey("organisations.id"), nullable=False),
    Column("year", Integer, nullable=False),
    Column("line", String(60), nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("legal_basis", String(500), nullable=False),
    Column("kernen", JSON, nullable=False),
    Column("state", String(20), nullable=False, server_default="allocated"),
    Column("withdrawn_on", Date),
    Column("origin", String(10), nullable=False),
    Column("run_id", String(64), ForeignKey("contribution_runs.id"), nullable=False),
    UniqueConstraint("organisation_id", "year", name="once_a_year"),
)
# What a run did for each organisation, also if it could do nothing: nobody is forgotten in silence.
run_outcomes = Table(
    "contribution_run_outcomes",
    books,
    Column("run_id", String(64), ForeignKey("contribution_runs.id"), primary_key=True),
    Column("organisation_id", String(64), ForeignKey("organisations.id"), primary_key=True),
    Column("line", String(60), nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("outcome", String(20), nullable=False),
)
# What an official wrote for the public about an initiative that asks for money: the Woo wants it told.
purposes = Table(
    "initiative_purposes",
    books,
    Column("initiative_id", String(64), primary_key=True),
    Column("title", String(500), nullable=False),
    Column("summary", String(5000), nullable=False),
)
grants = Table(
    "grants",
    books,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("initiative_id", String(64), nullable=False, unique=True),
    Column("kernen", JSON, nullable=False),
    Column("year", Integer, nullable=False),
    Column("line", String(60), nullable=False),
    Column("recipient_kind", String(40), nullable=False),
    Column("asked_cents", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("since", Date, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("held_cents", BigInteger, nullable=False),
    Column("ordered_cents", BigInteger, nullable=False, server_default="0"),
    Column("paid_cents", BigInteger, nullable=False, server_default="0"),
    Column("allocated_cents", BigInteger),
    Column("settled_cents", BigInteger),
    Column("decided_on", Date),
    Column("legal_basis", Text),
    Column("organisation_id", String(64), ForeignKey("organisations.id")),
    Column("reason", String(40)),
    Column("unmet", JSON, nullable=False),
    CheckConstraint("held_cents >= 0", name="no_negative_grant"),
    sqlite_autoincrement=True,
)
Index("grants_of_line", grants.c.year, grants.c.line, grants.c.state, grants.c.number)
# What an initiative is about, to see that much the same is asked again.
themes = Table(
    "initiative_themes",
    books,
    Column("initiative_id", String(64), primary_key=True),
    Column("theme", String(60), nullable=False),
)
