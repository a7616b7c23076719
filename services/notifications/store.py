# SPDX-License-Identifier: EUPL-1.2
"""The tables of this service, and named loads and saves. No address and no text of anybody is in them, but in
`mailbox`: the stand-in for a mail server on one machine."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    Index,
    Insert,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from services.notifications.model import Notice
from shared.contracts.refusals import NotFound
from shared.store import BigId, Utc

metadata = MetaData()
notice = Table(
    "notice",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("event_id", String(64), nullable=False),
    Column("about", String(64), nullable=False),
    Column("audience", String(20), nullable=False),
    Column("recipient", String(64), nullable=False, server_default=""),
    Column("channel", String(10), nullable=False),
    Column("template", String(40), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("next_at", Utc),
    Column("reason", String(20)),
    UniqueConstraint("event_id", "audience", "channel", "recipient", name="notice_once"),
    Index("notice_due", "state", "next_at"),
    Index("notice_created", "created_at", "id"),
    Index("notice_about", "about", "created_at", "id"),
)
feed_item = Table(
    "feed_item",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("event_id", String(64), nullable=False),
    Column("kern", String(60), nullable=False),
    Column("about", String(64), nullable=False),
    Column("template", String(40), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    UniqueConstraint("event_id", "kern", name="feed_item_once"),
    Index("feed_item_of_kern", "kern", "happened_on", "id"),
    Index("feed_item_about", "about", "template"),
    sqlite_autoincrement=True,
)
mailbox = Table(
    "mailbox",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("message_id", String(200), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("arrived_at", Utc, nullable=False),
)
KNOWN = [notice.c[name] for name in Notice.__dataclass_fields__]


def add_notice(connection: Connection, row: dict[str, Any]) -> None:
    """Once for an event and whom it is for, however often the event is delivered."""
    connection.execute(_once(connection, notice, ["event_id", "audience", "channel", "recipient"]), row)


def add_feed_item(connection: Connection, row: dict[str, Any]) -> None:
    connection.execute(_once(connection, feed_item, ["event_id", "kern"]), row)


def due(connection: Connection, now: datetime, limit: int) -> list[Row[Any]]:
    """What is to go out now, the longest waiting first."""
    wanted = select(notice).where(notice.c.state == "waiting", notice.c.next_at <= now)
    return list(connection.execute(wanted.order_by(notice.c.next_at, notice.c.id).limit(limit)))


def interrupted(connection: Connection) -> list[Row[Any]]:
    """What was going out when the process before this one ended."""
    return list(connection.execute(select(notice).where(notice.c.state == "sending")))


def load(connection: Connection, notice_id: str) -> Notice:
    row = connection.execute(select(*KNOWN).where(notice.c.id == notice_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"There is no notice {notice_id}.")
    return Notice(**row._mapping)


def save(connection: Connection, changed: Notice) -> None:
    connection.execute(update(notice).where(notice.c.id == changed.id).values(asdict(changed)))


def title_of(connection: Connection, initiative_id: str) -> str | None:
    """The public title of an initiative, as its assessment told it."""
    told = select(feed_item.c.facts).where(
        feed_item.c.about == initiative_id, feed_item.c.template == "assessed"
    )
    facts = connection.execute(told.order_by(feed_item.c.id.desc()).limit(1)).scalar_one_or_none()
    return str(facts["publicTitle"]) if facts else None


def correct_news(connection: Connection, initiative_id: str, title: str, summary: str) -> None:
    """Put other words in the place of those that were published; nothing keeps the wrong ones."""
    told = select(feed_item.c.id, feed_item.c.facts).where(
        feed_item.c.about == initiative_id, feed_item.c.template == "assessed"
    )
    for row in connection.execute(told).all():
        facts = row.facts | {"publicTitle": title, "publicSummary": summary}
        connection.execute(update(feed_item).where(feed_item.c.id == row.id).values(facts=facts))


def news(connection: Connection, kern: str, limit: int) -> list[Row[Any]]:
    wanted = select(feed_item).where(feed_item.c.kern == kern)
    newest = wanted.order_by(feed_item.c.happened_on.desc(), feed_item.c.id.desc()).limit(limit)
    return list(connection.execute(newest))


def put_in_mailbox(connection: Connection, row: dict[str, Any]) -> None:
    """The same message again replaces itself, as a mail reader shows one message per Message-ID."""
    connection.execute(_once(connection, mailbox, ["id"]), row)


def empty_mailbox(connection: Connection, about: Sequence[str], recipient: str = "") -> None:
    """Remove the letters about these things to one recipient; a mail has the id of its notice."""
    theirs = select(notice.c.id).where(notice.c.about.in_(about), notice.c.recipient.in_(["", recipient]))
    connection.execute(delete(mailbox).where(mailbox.c.id.in_(theirs)))


def mails(connection: Connection, limit: int) -> list[Row[Any]]:
    return list(connection.execute(select(mailbox).order_by(mailbox.c.arrived_at.desc()).limit(limit)))


def mail(connection: Connection, mail_id: str) -> Row[Any]:
    row = connection.execute(select(mailbox).where(mailbox.c.id == mail_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no mail {mail_id} in the local mailbox.")
    return row


def listed(
    connection: Connection,
    about: str | None,
    state: str | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Row[Any]]:
    """Notices in the order in which they came, beginning after the last one that was seen."""
    wanted = select(notice)
    if about:
        wanted = wanted.where(notice.c.about == about)
    if state:
        wanted = wanted.where(notice.c.state == state)
    if after:
        wanted = wanted.where(tuple_(notice.c.created_at, notice.c.id) > tuple_(*after))
    return list(connection.execute(wanted.order_by(notice.c.created_at, notice.c.id).limit(limit)))


def waiting(connection: Connection) -> tuple[int, datetime | None]:
    """How many notices wait, and since when the oldest does."""
    open_ones = select(func.count(), func.min(notice.c.created_at)).where(
        notice.c.state.in_(("waiting", "sending"))
    )
    count, oldest = connection.execute(open_ones).one()
    return count, oldest


def _once(connection: Connection, table: Table, unique: list[str]) -> Insert:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return cast(Insert, dialect.insert(table).on_conflict_do_nothing(index_elements=unique))
