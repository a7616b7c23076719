# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of contact data; how it is erased is with `persons`."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select

from services.initiatives.contact.commands import ContactGiven
from services.initiatives.contact.tables import contact


def add(connection: Connection, contact_id: str, given: ContactGiven) -> str:
    """Store how to reach somebody; returns the reference."""
    connection.execute(insert(contact), {"id": contact_id, **vars(given)})
    return contact_id


def find(connection: Connection, contact_id: str) -> Row[Any] | None:
    """How to reach somebody; None once that is no longer kept."""
    return connection.execute(select(contact).where(contact.c.id == contact_id)).one_or_none()
