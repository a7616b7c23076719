# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of sessions."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from services.initiatives.kernen.tables import appointment
from services.initiatives.sessions.tables import session
from shared.access.actor import Actor


def add(connection: Connection, session_id: str, actor: Actor, now: datetime, ends_at: datetime) -> None:
    connection.execute(
        insert(session).values(
            id=session_id,
            issuer=actor.issuer,
            subject=actor.subject,
            name=actor.name,
            roles=sorted(actor.roles),
            officer_id=actor.officer_id,
            began_at=now,
            ends_at=ends_at,
            seen_at=now,
        )
    )


def going_on(connection: Connection, session_id: str, now: datetime) -> Actor | None:
    """Whose session it is; None if it has ended."""
    wanted = select(session).where(session.c.id == session_id, session.c.ends_at > now)
    row = connection.execute(wanted).first()
    if row is None:
        return None
    return Actor(
        "person",
        issuer=row.issuer,
        subject=row.subject,
        name=row.name,
        roles=frozenset(row.roles),
        officer_id=row.officer_id,
        session=row.id,
        ends_at=int(row.ends_at.timestamp()),
    )


def see(connection: Connection, session_id: str, now: datetime) -> None:
    connection.execute(update(session).where(session.c.id == session_id).values(seen_at=now))


def end(connection: Connection, session_id: str, now: datetime) -> None:
    connection.execute(
        update(session).where(session.c.id == session_id, session.c.ends_at > now).values(ends_at=now)
    )


def ended(connection: Connection, before: datetime, but: frozenset[str]) -> list[str]:
    """The first fifty that ended before a moment, without some."""
    wanted = select(session.c.id).where(session.c.ends_at < before, session.c.id.not_in(but))
    return list(connection.execute(wanted.order_by(session.c.ends_at, session.c.id).limit(50)).scalars())


def forget(connection: Connection, session_id: str) -> None:
    connection.execute(delete(session).where(session.c.id == session_id))


def has_real_appointments(connection: Connection) -> bool:
    """Whether somebody was appointed who is not of the example."""
    real = select(appointment.c.id).where(appointment.c.origin != "example").limit(1)
    return connection.execute(real).first() is not None
