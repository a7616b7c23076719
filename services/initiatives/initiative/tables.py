# SPDX-License-Identifier: EUPL-1.2
"""An initiative with all that is kept of it. Who submitted it is reached by its `contact_id` alone."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from services.initiatives.initiative.search_words import LONGEST_WORD
from services.initiatives.tables import Id, Name, metadata
from shared.store import BigId, Utc

# Compared by code point on both databases: by its language PostgreSQL would find other beginnings.
Word = String(LONGEST_WORD, collation="C").with_variant(String(LONGEST_WORD), "sqlite")

# A term has its dates as `Term` has them; `decision_due_on` is its `due_on`, `told` its `notice`. `alarm_on`
# is the day of the next notice, `term_due_on` its date while it runs: both only for what is live.
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
    Column("number", String(30), nullable=False),
    Index("initiative_received", "received_on", "id"),
    Index("initiative_state", "state", "received_on", "id"),
    Index("initiative_theme", "theme", "received_on", "id"),
    Index("initiative_officer", "officer_id", "received_on", "id"),
    Index("initiative_due", "decision_due_on", "id"),
    Index("initiative_work", "is_open", "officer_id", "decision_due_on", "id"),
    Index("initiative_open", "is_open", "decision_due_on", "id"),
    Index("initiative_term", "term_due_on", "id"),
    Index("initiative_alarm", "alarm_on", "id"),
    Index("initiative_number", "number", unique=True),
)
# Where the last part of a number comes from; nobody waits for another to have one, and some are left out.
receipt_serial = Table(
    "receipt_serial",
    metadata,
    Column("serial", BigId, primary_key=True, autoincrement=True),
    Column("received_on", Date, nullable=False),
    sqlite_autoincrement=True,
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
