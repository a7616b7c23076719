# SPDX-License-Identifier: EUPL-1.2
"""The life of one notice.

waiting ─▶ sending ─▶ sent
   ▲          ├─▶ failed   the receiver refused, there is no address, or it took too long
   ├──────────┤            the receiver was away or busy: again later
   └ unknown ◀┘            the connection was lost before the answer: again, with the same Message-ID
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from shared.contracts.envelope import NewEvent
from shared.contracts.notifications import (
    FailureReason,
    NoticeAudience,
    NoticeChannel,
    NotificationData,
    NotificationDelivered,
    NotificationFailed,
    NotificationUnknown,
)

State = Literal["waiting", "sending", "sent", "failed"]
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=5)  # RFC 5321, 4.5.4.1: at least 4 to 5 days


@dataclass(frozen=True)
class Notice:
    """One letter for one audience about one event.

    It holds ids and the facts of the event, never an address. `recipient` is an opaque reference, empty where
    the audience says enough; `unknown` counts the answers that never came.
    """

    id: str
    event_id: str
    about: str
    audience: NoticeAudience
    recipient: str
    channel: NoticeChannel
    template: str
    facts: Mapping[str, Any]
    created_at: datetime
    state: State = "waiting"
    attempts: int = 0
    unknown: int = 0
    next_at: datetime | None = None
    reason: FailureReason | None = None


def begin(notice: Notice) -> Notice:
    """The message goes out now; from here on it may have arrived whatever happens to us."""
    return replace(notice, state="sending", attempts=notice.attempts + 1, next_at=None)


def succeed(notice: Notice) -> Notice:
    return replace(notice, state="sent", next_at=None)


def fail(notice: Notice, reason: FailureReason) -> Notice:
    return replace(notice, state="failed", reason=reason, next_at=None)


def postpone(notice: Notice, now: datetime, jitter: Callable[[], float]) -> Notice:
    """Again later, twice as long each time and not in step with the others; given up after days."""
    if now - notice.created_at > GIVE_UP_AFTER:
        return fail(notice, "expired")
    # An attempt that never got as far as sending counts too.
    attempts = notice.attempts + (notice.state == "waiting")
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    return replace(notice, state="waiting", attempts=attempts, next_at=now + wait * (0.5 + jitter()))


def lose_track(notice: Notice, now: datetime, jitter: Callable[[], float]) -> Notice:
    """Nobody answered after the message was out: it may have arrived."""
    return postpone(replace(notice, unknown=notice.unknown + 1), now, jitter)


def events_of(before: Notice, after: Notice, today: date) -> Sequence[NewEvent]:
    """What is published about one change: the letter arrived, may have arrived, or was given up."""
    facts = {
        "happened_on": today,
        "kernen": tuple(after.facts["kernen"]),
        "actor": "system",
        "origin": after.facts["origin"],
        "about": after.about,
        "audience": after.audience,
        "channel": after.channel,
        "template": after.template,
        "attempts": after.attempts,
    }
    events: list[NotificationData] = []
    if after.unknown > before.unknown:
        events.append(NotificationUnknown(**facts))
    if after.state == "sent":
        events.append(NotificationDelivered(**facts))
    if after.state == "failed":
        events.append(NotificationFailed(**facts, reason=after.reason))
    return [NewEvent(after.id, event) for event in events]
