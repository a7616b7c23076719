# SPDX-License-Identifier: EUPL-1.2
"""Notices page by page."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, tuple_

from services.notifications.notices.tables import notice


def listed(
    connection: Connection,
    about: str | None,
    state: str | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Row[Any]]:
    """Notices in the order in which they came, beginning after the last one that was seen."""
    wanted = select(notice)
    if about:
        wanted = wanted.where(notice.c.about == about)
    if state:
        wanted = wanted.where(notice.c.state == state)
    if after:
        wanted = wanted.where(tuple_(notice.c.created_at, notice.c.id) > tuple_(*after))
    return list(connection.execute(wanted.order_by(notice.c.created_at, notice.c.id).limit(limit)))
