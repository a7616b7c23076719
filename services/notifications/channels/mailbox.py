# SPDX-License-Identifier: EUPL-1.2
"""Into a table, to be looked at on a page: for one machine without a mail server. Nothing is sent."""

from collections.abc import Awaitable, Callable
from email.message import EmailMessage

from services.notifications import store
from shared.clock import Clock
from shared.store import Database


class Mailbox:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    async def send(
        self, message: EmailMessage, sender: str, recipient: str, before_data: Callable[[], Awaitable[None]]
    ) -> None:
        """One row for a Message-ID, as a mail reader shows one message."""
        await before_data()
        text, html = message.get_body(("plain",)), message.get_body(("html",))
        row = {
            "id": str(message["Message-ID"]).strip("<>").split("@")[0],
            "message_id": str(message["Message-ID"]),
            "recipient": recipient,
            "subject": str(message["Subject"]),
            "body": text.get_content() if text else "",
            "html": html.get_content() if html else "",
            "arrived_at": self.clock(),
        }
        await self.database.write(lambda connection: store.put_in_mailbox(connection, row))
