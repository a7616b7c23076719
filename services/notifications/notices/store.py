# SPDX-License-Identifier: EUPL-1.2
"""Notices saved and loaded."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.notifications.notices.model import Notice
from services.notifications.notices.tables import notice
from shared.contracts.refusals import NotFound

_WHOLE = select(*(notice.c[name] for name in Notice.__dataclass_fields__))
_CHANGING = ("state", "attempts", "unknown", "next_at", "reason")


def add(connection: Connection, new: Notice) -> None:
    """Once for an event and whom it is for, however often the event is delivered."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(notice).values(vars(new)).on_conflict_do_nothing())


def due(connection: Connection, now: datetime, limit: int) -> list[Notice]:
    """What is to go out now, the longest waiting first."""
    wanted = _WHOLE.where(notice.c.state == "waiting", notice.c.next_at <= now)
    return _notices(connection.execute(wanted.order_by(notice.c.next_at, notice.c.id).limit(limit)))


def interrupted(connection: Connection) -> list[Notice]:
    """What was going out when the process before this one ended."""
    return _notices(connection.execute(_WHOLE.where(notice.c.state == "sending")))


def load(connection: Connection, notice_id: str) -> Notice:
    row = connection.execute(_WHOLE.where(notice.c.id == notice_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"There is no notice {notice_id}.")
    return Notice(**row._mapping)


def save(connection: Connection, changed: Notice) -> None:
    values = {name: getattr(changed, name) for name in _CHANGING}
    connection.execute(update(notice).where(notice.c.id == changed.id).values(values))


def waiting(connection: Connection) -> tuple[int, datetime | None]:
    """How many notices wait, and since when the oldest does."""
    open_ones = select(func.count(), func.min(notice.c.created_at)).where(
        notice.c.state.in_(("waiting", "sending"))
    )
    count, oldest = connection.execute(open_ones).one()
    return count, oldest


def _notices(rows: Iterable[Row[Any]]) -> list[Notice]:
    return [Notice(**row._mapping) for row in rows]
