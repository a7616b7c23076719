# SPDX-License-Identifier: EUPL-1.2
"""Notices page by page, for monitoring, and for whoever looks after those that were given up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection, Row, func, select, tuple_

from services.notifications.notices.routing import KINDS, kind_of
from services.notifications.notices.tables import notice
from shared.contracts.notifications import FailureReason

_OPEN = notice.c.state.in_(("waiting", "sending"))
# Somebody who gave no address, or is no longer kept, is no fault of a letter: nothing stopped it at a step.
_DEAD = (notice.c.state == "failed") & ((notice.c.reason != "no-address") | notice.c.step.is_not(None))


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


def waiting(connection: Connection) -> Mapping[str, tuple[int, datetime | None]]:
    """By kind: how many notices wait, and since when the oldest does."""
    since = func.min(func.coalesce(notice.c.since, notice.c.created_at))
    found: dict[str, tuple[int, datetime | None]] = dict.fromkeys(KINDS, (0, None))
    for template, count, oldest in connection.execute(
        select(notice.c.template, func.count(), since).where(_OPEN).group_by(notice.c.template)
    ):
        kind = kind_of(template)
        number, before = found[kind]
        found[kind] = number + count, min(oldest, before) if before else oldest
    return found


def held(connection: Connection) -> Mapping[str, int]:
    """By the step at which they were stopped: those that wait until a fault of ours is mended."""
    is_held = (notice.c.state == "waiting") & notice.c.held_since.is_not(None)
    rows = connection.execute(select(notice.c.step, func.count()).where(is_held).group_by(notice.c.step))
    return {str(step): count for step, count in rows}


def dead(connection: Connection) -> Mapping[str, int]:
    """By reason: those that were given up, until a person has them sent again or closes them."""
    wanted = select(notice.c.reason, func.count()).where(_DEAD, notice.c.closed_at.is_(None))
    found: dict[str, int] = dict.fromkeys(get_args(FailureReason), 0)
    return found | {
        str(reason): count for reason, count in connection.execute(wanted.group_by(notice.c.reason))
    }


def matching(connection: Connection, wanted: Mapping[str, Any]) -> list[Row[Any]]:
    """Letters for an operator: one by its `id`; or those of a `reason` (`held` is one too) and a `template`;
    without any, all that were given up or are stopped. `closed` are those that somebody closed.
    """
    found = select(notice)
    if wanted.get("id"):
        return list(connection.execute(found.where(notice.c.id == wanted["id"])))
    stopped = (notice.c.state == "waiting") & notice.c.step.is_not(None)
    is_closed = notice.c.closed_at.is_not(None)
    found = found.where(is_closed if wanted.get("closed") else (_DEAD & ~is_closed) | stopped)
    if wanted.get("reason") == "held":
        found = found.where(stopped & notice.c.held_since.is_not(None))
    elif wanted.get("reason"):
        found = found.where(notice.c.reason == wanted["reason"])
    if wanted.get("template"):
        found = found.where(notice.c.template == wanted["template"])
    return list(connection.execute(found.order_by(notice.c.created_at, notice.c.id)))


def lines(connection: Connection, wanted: Mapping[str, Any]) -> list[str]:
    """A line for each of them: what it is, what became of it, and what stopped it."""
    return [_line(row) for row in matching(connection, wanted)]


def details(connection: Connection, wanted: Mapping[str, Any]) -> list[str]:
    """One letter whole: ids and facts, as they are kept; no address and no text is."""
    return [
        f"{name:<13} {value}"
        for row in matching(connection, wanted)
        for name, value in row._mapping.items()
        if value is not None
    ]


def _line(row: Row[Any]) -> str:
    became = row.reason or ("held" if row.held_since else row.state)
    stopped = f", stopped at {row.step} by {row.code}" if row.step else ""
    ended = f", closed by {row.closed_by}: {row.note}" if row.closed_by else ""
    since = f"{row.since or row.created_at:%Y-%m-%d %H:%M}"
    return f"{row.id}  {became:<10} {row.template}, since {since}, tried {row.attempts} times{stopped}{ended}"
