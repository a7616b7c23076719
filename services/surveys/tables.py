# SPDX-License-Identifier: EUPL-1.2
"""The tables of this service. An answer has its kern, never who gave it or when."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from shared.store import BigId

metadata = MetaData()
Id, Name, Short = String(64), String(60), String(20)

surveys = Table(
    "survey",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("state", Short, nullable=False),
    Column("instrument", Short, nullable=False),
    Column("audience", Short, nullable=False),
    Column("title", String(150), nullable=False),
    Column("introduction", Text),
    Column("access", Short, nullable=False),
    Column("kernen", JSON, nullable=False),
    Column("invited", JSON, nullable=False),
    Column("questions", JSON, nullable=False),
    Column("comparable_with", JSON, nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("closes_on", Date, nullable=False),
    Column("changed_on", Date, nullable=False),
    Column("origin", Short, nullable=False),
    sqlite_autoincrement=True,
)
# Only the hash of a code, and nothing that leads from a code to an answer.
codes = Table(
    "survey_code",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("survey_id", Id, ForeignKey("survey.id"), nullable=False),
    Column("used", Boolean, nullable=False),
)
# `id` is the hash of the form's token: the same form sent twice is one answer.
replies = Table(
    "reply",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("survey_id", Id, ForeignKey("survey.id"), nullable=False),
    Column("kern", Name, nullable=False),
    Index("reply_of_survey", "survey_id"),
)
answers = Table(
    "answer",
    metadata,
    Column("reply_id", String(64), ForeignKey("reply.id"), primary_key=True),
    Column("question", Name, primary_key=True),
    Column("answer", Name, nullable=False),
)
# What people wrote leads to no reply and no kern: in a small one, words tell who wrote them.
open_answers = Table(
    "open_answer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("survey_id", Id, ForeignKey("survey.id"), nullable=False),
    Column("question", Name, nullable=False),
    Column("text", Text, nullable=False),
    Index("open_answer_of_survey", "survey_id", "id"),
)
# A measurement round that was held elsewhere, and is imported.
rounds = Table(
    "imported_round",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instrument", Short, nullable=False),
    Column("audience", Short, nullable=False),
    Column("year", Integer, nullable=False),
    UniqueConstraint("instrument", "audience", "year", name="one_round"),
)
# What may be known: of a suppressed result no number is here. `area` is a kern, or the whole municipality.
results = Table(
    "result",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("survey_id", Id, nullable=False),
    Column("instrument", Short, nullable=False),
    Column("audience", Short, nullable=False),
    Column("year", Integer, nullable=False),
    Column("indicator", Name, nullable=False),
    Column("area", Name, nullable=False),
    Column("unit", Short, nullable=False),
    Column("standing", Short, nullable=False),
    Column("invited", Integer),
    Column("n", Integer),
    Column("value", Float),
    Column("spread", Float),
    Column("distribution", JSON, nullable=False),
    Column("comparable_with", JSON, nullable=False),
    Column("source", String(200), nullable=False),
    Column("answers_from", Short, nullable=False),
    Column("origin", Short, nullable=False),
    Column("happened_on", Date, nullable=False),
    UniqueConstraint("survey_id", "indicator", "area", name="one_result"),
    sqlite_autoincrement=True,
)
# A result as its source gave it, also where that must not be known: to see whether it changed, and what
# it may expose. `published` is every version of it that is in the stream for ever, the oldest first.
imported = Table(
    "imported_row",
    metadata,
    Column("result_id", Id, ForeignKey("result.id"), primary_key=True),
    Column("n", Integer),
    Column("value", Float),
    Column("spread", Float),
    Column("distribution", JSON, nullable=False),
    Column("invited", Integer),
    Column("published", JSON, nullable=False),
)
benchmarks = Table(
    "benchmark",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("area", Short, nullable=False),
    Column("instrument", Short, nullable=False),
    Column("indicator", Name, nullable=False),
    Column("year", Integer, nullable=False),
    Column("unit", Short, nullable=False),
    Column("value", Float, nullable=False),
    Column("n", Integer),
    Column("source", String(200), nullable=False),
    Column("origin", Short, nullable=False),
    Column("happened_on", Date, nullable=False),
    UniqueConstraint("area", "instrument", "indicator", "year", name="one_benchmark"),
    sqlite_autoincrement=True,
)
# `text` and `contact` are erased when it is withdrawn or refused.
stories = Table(
    "story",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("state", Short, nullable=False),
    Column("kern", Name, nullable=False),
    Column("theme", Name),
    Column("initiative_id", Id),
    Column("text", Text),
    Column("contact", String(254)),
    Column("told_on", Date, nullable=False),
    Column("changed_on", Date, nullable=False),
    Column("origin", Short, nullable=False),
    sqlite_autoincrement=True,
)
Index("result_found", results.c.indicator, results.c.area, results.c.year)
Index("story_state", stories.c.state, stories.c.number)
