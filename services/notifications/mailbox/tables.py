# SPDX-License-Identifier: EUPL-1.2
"""The table of the local mailbox: the only one of this service with addresses and texts in it."""

from sqlalchemy import Column, MetaData, String, Table, Text

from shared.store import Utc

mailbox = Table(
    "mailbox",
    MetaData(),
    Column("id", String(64), primary_key=True),
    Column("message_id", String(200), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("arrived_at", Utc, nullable=False),
)
