# SPDX-License-Identifier: EUPL-1.2
"""How to reach who submitted an initiative: in a table of its own, found by reference only."""

from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from services.initiatives.model import Contact
from services.initiatives.tables import contact, initiative
from shared.contracts.refusals import NotFound


def add(connection: Connection, contact_id: str, reach: Contact) -> None:
    connection.execute(insert(contact), {"id": contact_id, **asdict(reach)})


def contact_for(connection: Connection, initiative_id: str) -> Contact | None:
    """How to reach who submitted it; None if that was not given, or is no longer kept. May raise NotFound."""
    columns = (contact.c.name, contact.c.email, contact.c.phone, contact.c.address)
    found = connection.execute(
        select(initiative.c.contact_id, *columns)
        .outerjoin_from(initiative, contact, contact.c.id == initiative.c.contact_id)
        .where(initiative.c.id == initiative_id)
    ).one_or_none()
    if found is None:
        raise NotFound(f"There is no initiative {initiative_id}.")
    return Contact(*found[1:]) if found.contact_id else None
