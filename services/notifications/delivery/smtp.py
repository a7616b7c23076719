# SPDX-License-Identifier: EUPL-1.2
"""By SMTP, a connection for each message. What the server answers, and when, decides what happens next."""

from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from services.notifications.delivery.channel import Lost, Rejected, TryLater

TIMEOUT = 30.0  # seconds for each step; a server that hangs longer is tried again later


class Smtp:
    """`url` is smtp://user:password@host:port (STARTTLS where offered) or smtps:// (TLS at once)."""

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        parts = urlsplit(url)
        self.secure = parts.scheme == "smtps"
        self.host, self.port = parts.hostname or "localhost", parts.port or (465 if self.secure else 25)
        self.user = unquote(parts.username) if parts.username else None
        self.password = unquote(parts.password) if parts.password else None
        self.timeout = timeout

    async def send(
        self, message: EmailMessage, sender: str, recipient: str, before_data: Callable[[], Awaitable[None]]
    ) -> None:
        """`before_data` is called when nothing but the message itself is left to send.

        Raises TryLater, Rejected or Lost.
        """
        client = SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.secure,
            username=self.user,
            password=self.password,
            timeout=self.timeout,
        )
        try:
            await self._announce(client, sender, recipient)
            await before_data()
            await self._hand_over(client, message)
        finally:
            client.close()

    async def _announce(self, client: SMTP, sender: str, recipient: str) -> None:
        try:
            await client.connect()
            await client.mail(sender)
            await client.rcpt(recipient)
        except SMTPAuthenticationError as error:
            raise TryLater("the mail server refuses our password") from error
        except (SMTPSenderRefused, SMTPRecipientRefused, SMTPResponseException) as error:
            raise _by_code(error.code) from error
        except (SMTPException, OSError, TimeoutError) as error:
            raise TryLater(type(error).__name__) from error

    async def _hand_over(self, client: SMTP, message: EmailMessage) -> None:
        try:
            await client.data(message.as_bytes(policy=message.policy.clone(linesep="\r\n")))
        except SMTPResponseException as error:
            if error.code < 400:  # the connection broke in the middle of an answer
                raise Lost(type(error).__name__) from error
            raise _by_code(error.code) from error
        except (SMTPException, OSError, TimeoutError) as error:
            raise Lost(type(error).__name__) from error


def _by_code(code: int) -> Exception:
    """RFC 5321: 5xx is for ever, anything else may pass."""
    return Rejected(str(code)) if 500 <= code < 600 else TryLater(str(code))
