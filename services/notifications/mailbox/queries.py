# SPDX-License-Identifier: EUPL-1.2
"""The letters in the local mailbox."""

from typing import Any

from sqlalchemy import Connection, Row, select

from services.notifications.mailbox.tables import mailbox
from shared.contracts.refusals import NotFound


def mails(connection: Connection, limit: int) -> list[Row[Any]]:
    """The newest first."""
    return list(connection.execute(select(mailbox).order_by(mailbox.c.arrived_at.desc()).limit(limit)))


def mail(connection: Connection, mail_id: str) -> Row[Any]:
    row = connection.execute(select(mailbox).where(mailbox.c.id == mail_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no mail {mail_id} in the local mailbox.")
    return row
