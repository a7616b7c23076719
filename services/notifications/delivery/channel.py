# SPDX-License-Identifier: EUPL-1.2
"""How a message is sent. A channel reports a failure by one of the exceptions below."""

from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from typing import Protocol


class Channel(Protocol):
    async def send(
        self, message: EmailMessage, sender: str, recipient: str, before_data: Callable[[], Awaitable[None]]
    ) -> None:
        """`before_data` is called when nothing but the message itself is left to send."""


class TryLater(Exception):
    """The receiver is away or busy, or asks to come back."""


class Rejected(Exception):
    """The receiver does not want it, now or ever."""


class Lost(Exception):
    """The message was out and the answer never came: it may have arrived."""
