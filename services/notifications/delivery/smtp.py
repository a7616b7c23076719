# SPDX-License-Identifier: EUPL-1.2
"""By SMTP, a connection for each message. What the server answers, and when, decides what happens next."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPResponseException

from services.notifications.delivery.channel import Held, Lost, TryLater
from services.notifications.delivery.smtp_replies import (
    AUTH,
    BEFORE_A_RECIPIENT,
    CONNECT,
    DATA,
    EHLO,
    GREETING,
    MAIL,
    RCPT,
    STARTTLS,
    verdict,
)

TIMEOUT = 30.0  # seconds for each step; a server that hangs longer is tried again later


class Smtp:
    """`url` is smtp://user:password@host:port (with STARTTLS) or smtps:// (TLS at once).

    `starttls` refuses a server that does not offer it: letters would go in the clear, and whoever sits
    between us and the server can take the offer away.
    """

    def __init__(self, url: str, starttls: bool = True, timeout: float = TIMEOUT) -> None:
        parts = urlsplit(url)
        self.secure, self.starttls = parts.scheme == "smtps", starttls
        self.host, self.port = parts.hostname or "localhost", parts.port or (465 if self.secure else 25)
        self.user = unquote(parts.username) if parts.username else None
        self.password = unquote(parts.password) if parts.password else ""
        self.timeout = timeout

    async def send(
        self, message: EmailMessage, sender: str, recipient: str, before_data: Callable[[], Awaitable[None]]
    ) -> None:
        """`before_data` is called when nothing but the message itself is left to send. Raises NotSent."""
        content = message.as_bytes()
        client = SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.secure,
            start_tls=False,  # a step of its own, below
            timeout=self.timeout,
        )
        try:
            await self._open(client)
            async with _step(MAIL):
                await client.mail(sender)
            async with _step(RCPT):
                await client.rcpt(recipient)
            await before_data()
            await _hand_over(client, content)
        finally:
            client.close()

    async def _open(self, client: SMTP) -> None:
        async with _step(CONNECT):
            await client.connect()
        async with _step(EHLO):
            await client.ehlo()
        if not self.secure and (self.starttls or client.supports_extension("starttls")):
            async with _step(STARTTLS):
                await client.starttls()
                await client.ehlo()
        if self.user:
            async with _step(AUTH):
                await client.login(self.user, self.password)


@asynccontextmanager
async def _step(step: str) -> AsyncIterator[None]:
    try:
        yield
    except SMTPResponseException as error:
        raise verdict(GREETING if step == CONNECT else step, error.code, error.message) from error
    except (SMTPException, OSError, TimeoutError) as error:
        never_came = Held if step in BEFORE_A_RECIPIENT else TryLater
        raise never_came(step, type(error).__name__) from error


async def _hand_over(client: SMTP, content: bytes) -> None:
    try:
        await client.data(content)
    except SMTPResponseException as error:
        if error.code < 400:  # the connection broke in the middle of an answer
            raise Lost(DATA, type(error).__name__) from error
        raise verdict(DATA, error.code, error.message) from error
    except (SMTPException, OSError, TimeoutError) as error:
        raise Lost(DATA, type(error).__name__) from error
