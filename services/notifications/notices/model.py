# SPDX-License-Identifier: EUPL-1.2
"""The life of one notice.

waiting ─▶ sending ─▶ sent
   ▲          ├─▶ failed   refused for whom it is, no address, too many errors, or it took too long
   ├──────────┤            the receiver was away or busy: again later
   ├──────────┤            the mail server refused us, not the receiver: until that is mended
   ├ unknown ◀┤            the connection was lost before the answer: again, with the same Message-ID
   └──────────┴ failed     a person has it sent again, or gives it up
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
from shared.contracts.refusals import Refused

State = Literal["waiting", "sending", "sent", "failed"]
Jitter = Callable[[], float]
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=4)
LONGEST_HOLD = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(days=5)  # RFC 5321, 4.5.4.1: at least 4 to 5 days
MOST_ERRORS = 8  # with waits that double, about an hour


@dataclass(frozen=True)
class Fault:
    """Where a letter was stopped, and by what: a reply code, or the class of an error; never a text."""

    step: str
    code: str


@dataclass(frozen=True)
class Notice:
    """One letter for one audience about one event.

    It holds ids and the facts of the event, never an address. `recipient` is an opaque reference, empty where
    the audience says enough. `unknown` counts the answers that never came, `errors` what failed with us,
    `failures` how often it was given up. `since` is when its time began again, if it did; `held_since` when
    it was first refused for what we are, until it gets further.
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
    since: datetime | None = None
    held_since: datetime | None = None
    errors: int = 0
    failures: int = 0
    step: str | None = None
    code: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    note: str | None = None


def begin(notice: Notice) -> Notice:
    """The message goes out now; from here on it may have arrived whatever happens to us."""
    return replace(notice, state="sending", attempts=notice.attempts + 1, next_at=None)


def succeed(notice: Notice) -> Notice:
    return replace(notice, state="sent", next_at=None, held_since=None, step=None, code=None)


def fail(notice: Notice, reason: FailureReason, fault: Fault | None = None) -> Notice:
    stopped = _stopped(notice, fault)
    return replace(stopped, state="failed", reason=reason, next_at=None, failures=notice.failures + 1)


def postpone(notice: Notice, now: datetime, jitter: Jitter, fault: Fault | None = None) -> Notice:
    """Again later, twice as long each time and not in step with the others; given up after days.

    The days in which it was held are not the receiver's: they begin again.
    """
    if notice.held_since:
        notice = replace(notice, since=now, held_since=None)
    if now - (notice.since or notice.created_at) > GIVE_UP_AFTER:
        return fail(notice, "expired", fault)
    # An attempt that never got as far as sending counts too.
    attempts = notice.attempts + (notice.state == "waiting")
    return _again(replace(_stopped(notice, fault), attempts=attempts), now, _doubled(attempts), jitter)


def lose_track(notice: Notice, now: datetime, jitter: Jitter) -> Notice:
    """Nobody answered after the message was out: it may have arrived."""
    return postpone(replace(notice, unknown=notice.unknown + 1), now, jitter)


def hold(notice: Notice, now: datetime, jitter: Jitter, fault: Fault) -> Notice:
    """A fault of ours: it is no attempt to reach anybody, and the letter never ends by it."""
    held_since = notice.held_since or now
    wait = min(max(now - held_since, FIRST_WAIT), LONGEST_HOLD)
    return _again(replace(_stopped(notice, fault), held_since=held_since), now, wait, jitter)


def stumble(notice: Notice, now: datetime, jitter: Jitter, fault: Fault) -> Notice:
    """Making or sending this letter raised what nobody foresaw: again later, and soon to be looked at."""
    erred = replace(_stopped(notice, fault), errors=notice.errors + 1)
    if erred.errors >= MOST_ERRORS:
        return fail(erred, "error", fault)
    return _again(erred, now, _doubled(erred.errors), jitter)


def send_again(notice: Notice, now: datetime) -> Notice:
    """A person says that it can be sent: all over, with the same Message-ID."""
    if notice.state not in ("failed", "waiting"):
        raise Refused("not-waiting", f"Letter {notice.id} is {notice.state}.", ())
    return replace(
        notice,
        state="waiting",
        attempts=0,
        errors=0,
        next_at=now,
        since=now,
        reason=None,
        closed_at=None,
        closed_by=None,
        note=None,
    )


def give_up(notice: Notice, now: datetime, by: str, note: str) -> Notice:
    """A person says that it need not be sent any more, and why."""
    if notice.state == "waiting":
        notice = fail(notice, "given-up")
    if notice.state != "failed":
        raise Refused("not-waiting", f"Letter {notice.id} is {notice.state}.", ())
    return replace(notice, closed_at=now, closed_by=by[:64], note=note)


def events_of(before: Notice, after: Notice, today: date) -> Sequence[NewEvent]:
    """What is published about one change: the letter arrived, may have arrived, or was given up."""
    happened: list[tuple[type[NotificationData], dict[str, Any]]] = []
    if after.unknown > before.unknown:
        happened.append((NotificationUnknown, {}))
    if after.state == "sent" and before.state != "sent":
        happened.append((NotificationDelivered, {}))
    if after.failures > before.failures:
        happened.append((NotificationFailed, {"reason": after.reason}))
    return [NewEvent(after.id, event(**_facts(after, today), **own)) for event, own in happened]


def _facts(notice: Notice, today: date) -> dict[str, Any]:
    return {
        "happened_on": today,
        "kernen": tuple(notice.facts["kernen"]),
        "actor": "system",
        "origin": notice.facts["origin"],
        "about": notice.about,
        "audience": notice.audience,
        "channel": notice.channel,
        "template": notice.template,
        "attempts": notice.attempts,
    }


def _stopped(notice: Notice, fault: Fault | None) -> Notice:
    return replace(notice, step=fault.step if fault else None, code=fault.code if fault else None)


def _doubled(times: int) -> timedelta:
    return min(FIRST_WAIT * int(2 ** min(times - 1, 20)), LONGEST_WAIT)


def _again(notice: Notice, now: datetime, wait: timedelta, jitter: Jitter) -> Notice:
    return replace(notice, state="waiting", next_at=now + wait * (0.5 + jitter()))
