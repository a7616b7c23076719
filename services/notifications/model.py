# SPDX-License-Identifier: EUPL-1.2
"""The life of one notice.

waiting ─▶ sending ─▶ sent
   ▲          ├─▶ failed   the receiver refused, there is no address, or it took too long
   ├──────────┤            the receiver was away or busy: again later
   └ unknown ◀┘            the connection was lost before the answer: again, with the same Message-ID
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from shared.contracts.notifications import FailureReason

State = Literal["waiting", "sending", "sent", "failed"]
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=5)  # RFC 5321, 4.5.4.1: at least 4 to 5 days


@dataclass(frozen=True)
class Notice:
    """Something to be told to one audience. It holds ids only; `unknown` counts answers that never came."""

    id: str
    about: str
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
    attempts = notice.attempts + (
        notice.state == "waiting"
    )  # one that never got as far as sending counts too
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    return replace(notice, state="waiting", attempts=attempts, next_at=now + wait * (0.5 + jitter()))


def lose_track(notice: Notice, now: datetime, jitter: Callable[[], float]) -> Notice:
    """Nobody answered after the message was out: it may have arrived."""
    return postpone(replace(notice, unknown=notice.unknown + 1), now, jitter)
