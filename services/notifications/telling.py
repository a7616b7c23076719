# SPDX-License-Identifier: EUPL-1.2
"""What the rest of the suite hears about a notice: that it arrived, may have arrived, or was given up."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from services.notifications.model import Notice
from shared.contracts.envelope import NewEvent
from shared.contracts.notifications import (
    NotificationData,
    NotificationDelivered,
    NotificationFailed,
    NotificationUnknown,
)


def told(row: Row[Any], before: Notice, after: Notice, today: date) -> Sequence[NewEvent]:
    """The events of one change."""
    facts = {
        "happened_on": today,
        "kernen": tuple(row.facts["kernen"]),
        "actor": "system",
        "origin": row.facts["origin"],
        "about": row.about,
        "audience": row.audience,
        "channel": row.channel,
        "template": row.template,
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
