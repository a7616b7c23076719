# SPDX-License-Identifier: EUPL-1.2
"""How a message is sent. A channel reports a failure by one of the exceptions below."""

from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from typing import Protocol

from services.notifications.notices.model import Fault


class Channel(Protocol):
    async def send(
        self, message: EmailMessage, sender: str, recipient: str, before_data: Callable[[], Awaitable[None]]
    ) -> None:
        """`before_data` is called when nothing but the message itself is left to send."""


class NotSent(Exception):
    """At which step, and by what: never the text of an answer, which may quote an address."""

    def __init__(self, step: str, code: str) -> None:
        super().__init__(f"{step} {code}")
        self.fault = Fault(step, code)


class Held(NotSent):
    """Refused whoever it is for: the other side is away, or does not want us. A fault of ours."""


class TryLater(NotSent):
    """The receiver is busy, or asks to come back."""


class Rejected(NotSent):
    """The receiver does not want it, now or ever."""


class Lost(NotSent):
    """The message was out and the answer never came: it may have arrived."""
