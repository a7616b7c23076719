# SPDX-License-Identifier: EUPL-1.2
"""The newest news of one kern, or of the whole municipality."""

from typing import Any

import structlog
from sqlalchemy import Connection, Row, select

from services.notifications.feed.atom import Item, headline
from services.notifications.feed.tables import feed_item

LONGEST = 50  # items

log = structlog.get_logger()


def items(connection: Connection, kern: str) -> list[Item]:
    """The newest first; one that cannot be shown is left out, and everybody reads the others."""
    wanted = select(feed_item).where(feed_item.c.kern == kern)
    newest = wanted.order_by(feed_item.c.happened_on.desc(), feed_item.c.id.desc()).limit(LONGEST)
    found = []
    for row in connection.execute(newest).all():
        try:
            found.append(_item(connection, row))
        except (LookupError, TypeError, ValueError, AttributeError):
            log.exception("feed.item-left-out", event_id=row.event_id)
    return found


def title_of(connection: Connection, initiative_id: str) -> str | None:
    """The public title of an initiative, from its assessment."""
    published = select(feed_item.c.facts).where(
        feed_item.c.about == initiative_id, feed_item.c.template == "assessed"
    )
    facts = connection.execute(published.order_by(feed_item.c.id.desc()).limit(1)).scalar_one_or_none()
    return str(facts["publicTitle"]) if facts else None


def _item(connection: Connection, row: Row[Any]) -> Item:
    return Item(
        id=row.event_id,
        headline=headline(row.template, title_of(connection, row.about), row.facts.get("amountCents")),
        summary=row.facts.get("publicSummary", ""),
        happened_on=row.happened_on,
        updated_at=row.corrected_at or row.recorded_at,
        fictional=row.facts["origin"] == "example",
    )
