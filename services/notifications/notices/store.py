# SPDX-License-Identifier: EUPL-1.2
"""Notices saved and loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.notifications.notices.model import Notice
from services.notifications.notices.tables import notice
from shared.contracts.refusals import NotFound

_WHOLE = select(*(notice.c[name] for name in Notice.__dataclass_fields__))
_KEYS = select(notice.c.id, notice.c.event_id)
_FIXED = (
    "id",
    "event_id",
    "about",
    "audience",
    "recipient",
    "channel",
    "template",
    "facts",
    "created_at",
)
_CHANGING = tuple(name for name in Notice.__dataclass_fields__ if name not in _FIXED)


@dataclass(frozen=True)
class Key:
    """A notice before it is loaded: all else in its row may be what is wrong with it."""

    id: str
    event_id: str


def add(connection: Connection, new: Notice) -> None:
    """Once for an event and whom it is for, however often the event is delivered."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(notice).values(vars(new)).on_conflict_do_nothing())


def due(connection: Connection, now: datetime, limit: int) -> list[Key]:
    """The keys of what is to go out now, the longest waiting first."""
    wanted = _KEYS.where(notice.c.state == "waiting", notice.c.next_at <= now)
    return _keys(connection, wanted.order_by(notice.c.next_at, notice.c.id).limit(limit))


def interrupted(connection: Connection) -> list[Key]:
    """The keys of what was going out when the process before this one ended."""
    return _keys(connection, _KEYS.where(notice.c.state == "sending"))


def read(connection: Connection, notice_id: str) -> Notice:
    return _one(connection, _WHOLE.where(notice.c.id == notice_id), notice_id)


def load(connection: Connection, notice_id: str) -> Notice:
    """To change it: nobody else does meanwhile."""
    return _one(connection, _WHOLE.where(notice.c.id == notice_id).with_for_update(), notice_id)


def save(connection: Connection, changed: Notice) -> None:
    values = {name: getattr(changed, name) for name in _CHANGING}
    connection.execute(update(notice).where(notice.c.id == changed.id).values(values))


def defer(connection: Connection, notice_id: str, until: datetime) -> None:
    """Put one aside whose row cannot even be read: it must not be the first in line for ever."""
    aside = {"state": "waiting", "next_at": until}
    connection.execute(update(notice).where(notice.c.id == notice_id).values(aside))


def wake(connection: Connection, steps: Sequence[str], now: datetime) -> None:
    """Whatever was held at one of these steps can go on."""
    is_held = notice.c.held_since.is_not(None) & notice.c.step.in_(steps)
    waits = (notice.c.state == "waiting") & (notice.c.next_at > now)
    connection.execute(update(notice).where(is_held, waits).values(next_at=now))


def _keys(connection: Connection, wanted: Select[Any]) -> list[Key]:
    return [Key(row.id, row.event_id) for row in connection.execute(wanted)]


def _one(connection: Connection, wanted: Select[Any], notice_id: str) -> Notice:
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise NotFound(f"There is no letter {notice_id}.")
    return Notice(**row._mapping)
