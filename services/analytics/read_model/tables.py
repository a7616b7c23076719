# SPDX-License-Identifier: EUPL-1.2
"""The tables of the read model.

All rows carry a generation. Readers and handlers use the live one; a rebuild fills the next one beside
it, and becoming live is the change of one row.
"""

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text

from shared.store import BigId

read_model = MetaData()
Day = String(10)  # 2021-07-01
Moment = String(32)  # 2021-07-01T09:30:00.000000+00:00, always UTC, so that text sorts as time
generation = Table("generation", read_model, Column("live", Integer, primary_key=True, autoincrement=False))
entity = Table(
    "entity",
    read_model,
    Column("generation", Integer, primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("source", String(100), primary_key=True),
    Column("sequence", BigId, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("document", Text, nullable=False),
    Index("entity_changed", "generation", "changed_at"),
    sqlite_with_rowid=False,
)
place = Table(
    "place",
    read_model,
    Column("generation", Integer, primary_key=True),
    Column("under", String(64), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("last", Day, primary_key=True),
    Column("first", Day, primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("source", String(100), primary_key=True),
    sqlite_with_rowid=False,
)
cell = Table(
    "cell",
    read_model,
    Column("generation", Integer, primary_key=True),
    Column("kern", String(60), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("measure", String(120), primary_key=True),
    Column("value", BigId, nullable=False),
    sqlite_with_rowid=False,
)
