# SPDX-License-Identifier: EUPL-1.2
"""The tables of contributions and their runs. Money is integer cents."""

from sqlalchemy import JSON, BigInteger, Column, Date, ForeignKey, Integer, String, Table, UniqueConstraint

from services.budget.tables import books
from shared.store import Utc

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
    Column("run_by", String(800)),  # the person
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
