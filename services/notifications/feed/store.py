# SPDX-License-Identifier: EUPL-1.2
"""News saved, and corrected."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.notifications.feed.tables import feed_item


def add(connection: Connection, row: dict[str, Any]) -> None:
    """Once for an event and a kern, however often the event is delivered."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(feed_item).values(row).on_conflict_do_nothing())


def correct(connection: Connection, initiative_id: str, title: str, summary: str, at: datetime) -> None:
    """Put other words in the place of those that were published; nothing keeps the wrong ones.

    All news of an initiative has its title: whoever follows the feed is to fetch each again.
    """
    theirs = feed_item.c.about == initiative_id
    connection.execute(update(feed_item).where(theirs).values(corrected_at=at))
    published = select(feed_item.c.id, feed_item.c.facts).where(theirs, feed_item.c.template == "assessed")
    for row in connection.execute(published).all():
        facts = row.facts | {"publicTitle": title, "publicSummary": summary}
        connection.execute(update(feed_item).where(feed_item.c.id == row.id).values(facts=facts))
