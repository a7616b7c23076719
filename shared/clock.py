# SPDX-License-Identifier: EUPL-1.2
"""Time is injected: whoever needs it is given a clock, and only this room reads the machine's."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)
