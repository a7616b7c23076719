# SPDX-License-Identifier: EUPL-1.2
"""Letters put into the local mailbox instead of being sent, and removed when somebody is erased."""

from collections.abc import Awaitable, Callable, Sequence
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from services.notifications.mailbox.tables import mailbox
from services.notifications.notices.tables import notice
from shared.clock import Clock
from shared.store import Database


class Mailbox:
    """The channel for one machine without a mail server."""

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
        await self.database.write(lambda connection: add(connection, row))


def add(connection: Connection, row: dict[str, Any]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(mailbox).values(row).on_conflict_do_nothing())


def remove(connection: Connection, about: Sequence[str], recipient: str = "") -> None:
    """Remove the letters about these things to one recipient; a mail has the id of its notice."""
    theirs = select(notice.c.id).where(notice.c.about.in_(about), notice.c.recipient.in_(["", recipient]))
    connection.execute(delete(mailbox).where(mailbox.c.id.in_(theirs)))
