# SPDX-License-Identifier: EUPL-1.2
"""What the submitter was told."""

from datetime import date
from typing import Any

from shared.contracts.examples.common import INITIATIVE, History, opaque
from shared.contracts.notifications import NotificationDelivered, NotificationFailed, NotificationUnknown

NOTICE = opaque("notice")
TELLING: dict[str, Any] = {
    "kernen": ("noordoever",),
    "origin": "live",
    "actor": "system",
    "happened_on": date(2021, 3, 1),
    "about": INITIATIVE,
    "audience": "submitter",
    "channel": "email",
    "template": "receipt",
    "attempts": 1,
}

STORY: History = (
    (NOTICE, 1, NotificationUnknown(**TELLING)),
    (NOTICE, 2, NotificationDelivered(**TELLING | {"attempts": 2})),
    (opaque("given up on"), 1, NotificationFailed(**TELLING, reason="refused")),
)
