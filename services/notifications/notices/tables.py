# SPDX-License-Identifier: EUPL-1.2
"""The table of notices: no address and no text of anybody."""

from sqlalchemy import JSON, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

from shared.store import Utc

notice = Table(
    "notice",
    MetaData(),
    Column("id", String(64), primary_key=True),
    Column("event_id", String(64), nullable=False),
    Column("about", String(64), nullable=False),
    Column("audience", String(20), nullable=False),
    Column("recipient", String(64), nullable=False, server_default=""),
    Column("channel", String(10), nullable=False),
    Column("template", String(40), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("next_at", Utc),
    Column("reason", String(20)),
    Column("since", Utc),
    Column("held_since", Utc),
    Column("errors", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("step", String(40)),
    Column("code", String(80)),
    Column("closed_at", Utc),
    Column("closed_by", String(64)),
    Column("note", Text),
    UniqueConstraint("event_id", "audience", "channel", "recipient", name="notice_once"),
    Index("notice_due", "state", "next_at"),
    Index("notice_created", "created_at", "id"),
    Index("notice_about", "about", "created_at", "id"),
)
