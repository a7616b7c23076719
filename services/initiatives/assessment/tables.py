# SPDX-License-Identifier: EUPL-1.2
"""The assessment of an initiative: there is at most one."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, String, Table, Text

from services.initiatives.tables import Id, Name, metadata

assessment = Table(
    "assessment",
    metadata,
    Column("initiative_id", Id, ForeignKey("initiative.id"), primary_key=True),
    Column("guide_version", Text, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("overruled", Boolean, nullable=False),
    Column("motivation", Text),
    Column("goals", JSON, nullable=False),
    Column("support_kinds", JSON, nullable=False),
    Column("line", Name),
    Column("amount_cents", BigInteger),
    Column("destination", Name),
    Column("public_title", String(200), nullable=False),
    Column("public_summary", Text, nullable=False),
    Column("reply_subject", Text),
    Column("reply_text", Text),
)
