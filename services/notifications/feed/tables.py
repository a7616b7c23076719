# SPDX-License-Identifier: EUPL-1.2
"""The table of the news: public words only."""

from sqlalchemy import JSON, Column, Date, Index, MetaData, String, Table, UniqueConstraint

from shared.store import BigId, Utc

feed_item = Table(
    "feed_item",
    MetaData(),
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("event_id", String(64), nullable=False),
    Column("kern", String(60), nullable=False),
    Column("about", String(64), nullable=False),
    Column("template", String(40), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    Column("corrected_at", Utc),
    UniqueConstraint("event_id", "kern", name="feed_item_once"),
    Index("feed_item_of_kern", "kern", "happened_on", "id"),
    Index("feed_item_about", "about", "template"),
    sqlite_autoincrement=True,
)
