# SPDX-License-Identifier: EUPL-1.2
"""The record: who did what, when, in which role, on what, and who looked up whom.

A row is written in the transaction of the act itself, in the store of the service that did it: there is no
act without its row. Names are here and nowhere else; events have the role alone.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Connection, Index, Row, String, Table, delete, insert, select

from shared.access.actor import Actor
from shared.access.rules import Access
from shared.store import BigId, Utc, plumbing

LONGEST = 600  # characters of what it was about
record = Table(
    "record",
    plumbing,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False),
    Column("issuer", String(500), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(200), nullable=False),
    Column("act", String(200), nullable=False),
    Column("about", String(LONGEST), nullable=False),
    Column("correlation_id", String(64), nullable=False),
    Index("record_at", "at"),
    sqlite_autoincrement=True,
)


def keep(
    connection: Connection,
    actor: Actor,
    access: Access,
    act: str,
    about: Sequence[str],
    now: datetime,
    correlation_id: str,
) -> None:
    """Of what anybody may, or the suite does by itself, there is no row: nobody answers for it by name, and
    an official who fills in an anonymous survey is not known by it.
    """
    if access.is_public or actor.kind in ("nobody", "system"):
        return
    as_what = access.who & (actor.roles | actor.scopes)
    connection.execute(
        insert(record).values(
            at=now,
            issuer=actor.issuer,
            subject=actor.subject,
            name=actor.name,
            role=" ".join(sorted(as_what)),
            act=act[:200],
            about=" ".join(about)[:LONGEST],
            correlation_id=correlation_id,
        )
    )


def listed(connection: Connection, after: int, most: int) -> Sequence[Row[tuple[object, ...]]]:
    """In the order of recording, from just after a row."""
    wanted = select(record).where(record.c.id > after).order_by(record.c.id).limit(most)
    return connection.execute(wanted).all()


def forget(connection: Connection, before: datetime) -> None:
    """Destroy what was recorded before a moment."""
    connection.execute(delete(record).where(record.c.at < before))
