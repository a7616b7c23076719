# SPDX-License-Identifier: EUPL-1.2
"""The tables of this service. Who submitted an initiative is reached by its `contact_id` alone."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from shared.store import BigId, Utc

metadata = MetaData()
Id, Name = String(64), String(60)
LONGEST_WORD = 40
# Compared by code point on both databases: by its language PostgreSQL would find other beginnings.
Word = String(LONGEST_WORD, collation="C").with_variant(String(LONGEST_WORD), "sqlite")

contact = Table(
    "contact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(254)),
    Column("phone", String(40)),
    Column("address", String(300)),
)
# A term has its dates as `terms.Term` has them; `decision_due_on` is its `due_on`. `alarm_on` is when
# something is to be said about it, `term_due_on` its date while it runs: both only for what is live.
initiative = Table(
    "initiative",
    metadata,
    Column("id", Id, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("theme", Name, nullable=False),
    Column("submitter_kind", String(20), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("title", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("amount_asked_cents", BigInteger),
    Column("wanted_start_on", Date),
    Column("origin", String(10), nullable=False),
    Column("received_on", Date, nullable=False),
    Column("decision_due_on", Date, nullable=False),
    Column("term_ends_on", Date, nullable=False),
    Column("approaching_on", Date, nullable=False),
    Column("extended", Boolean, nullable=False),
    Column("asked_on", Date),
    Column("answer_by", Date),
    Column("told", String(20)),
    Column("alarm_on", Date),
    Column("term_due_on", Date),
    Column("is_open", Boolean, nullable=False),
    Column("published", Boolean, nullable=False),
    Column("changed_on", Date, nullable=False),
    Column("officer_id", Id),
    Column("support_given", JSON(none_as_null=True)),
    Column("contact_id", Id, ForeignKey("contact.id"), unique=True),
    Index("initiative_received", "received_on", "id"),
    Index("initiative_state", "state", "received_on", "id"),
    Index("initiative_theme", "theme", "received_on", "id"),
    Index("initiative_officer", "officer_id", "received_on", "id"),
    Index("initiative_due", "decision_due_on", "id"),
    Index("initiative_work", "is_open", "officer_id", "decision_due_on", "id"),
    Index("initiative_open", "is_open", "decision_due_on", "id"),
    Index("initiative_term", "term_due_on", "id"),
    Index("initiative_alarm", "alarm_on", "id"),
)
# `received_on` never changes; here it lets the list of a kern be read in its order from the index.
initiative_kern = Table(
    "initiative_kern",
    metadata,
    Column("initiative_id", Id, ForeignKey("initiative.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("kern", Name, nullable=False),
    Column("received_on", Date, nullable=False),
    Index("initiative_kern_received", "kern", "received_on", "initiative_id"),
)
initiative_word = Table(
    "initiative_word",
    metadata,
    Column("word", Word, primary_key=True),
    Column("initiative_id", Id, ForeignKey("initiative.id"), primary_key=True),
    Index("initiative_word_of", "initiative_id"),
)
initiative_history = Table(
    "initiative_history",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("initiative_id", Id, ForeignKey("initiative.id"), nullable=False),
    Column("what", String(60), nullable=False),
    Column("actor", String(20), nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    Column("why", String(60)),
    Index("initiative_history_of", "initiative_id", "id"),
)
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
supplement = Table(
    "supplement",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("initiative_id", Id, ForeignKey("initiative.id"), nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("asked", Text, nullable=False),
    Column("answer_by", Date, nullable=False),
    Column("answered_on", Date),
    Column("answer", Text),
    Index("supplement_of", "initiative_id", "id"),
)
evaluation = Table(
    "evaluation",
    metadata,
    Column("initiative_id", Id, ForeignKey("initiative.id"), primary_key=True),
    Column("result", String(20), nullable=False),
    Column("goals", JSON, nullable=False),
    Column("lesson", Text),
)
money = Table(
    "money",
    metadata,
    Column("initiative_id", Id, ForeignKey("initiative.id"), primary_key=True),
    Column("line", Name, nullable=False),
    Column("asked_cents", BigInteger, nullable=False),
    Column("decision", String(20), nullable=False),
    Column("year", Integer),
    Column("allocated_cents", BigInteger),
    Column("decided_on", Date),
    Column("reason", String(40)),
    Column("settled_cents", BigInteger),
)
