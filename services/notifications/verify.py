# SPDX-License-Identifier: EUPL-1.2
"""What `kernpuls verify` compares: notices with the events that led to them, letters with what arrived."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, select

from services.notifications.feed.tables import feed_item
from services.notifications.mailbox.tables import mailbox
from services.notifications.notices.routing import recipients_of, routes_for
from services.notifications.notices.tables import notice
from shared.contracts.envelope import WHOLE_MUNICIPALITY, Event
from shared.contracts.initiatives.persons import PersonErased, RecordsDestroyed
from shared.messaging.outbox import outbox
from shared.settings import load_settings
from shared.store import Database


class Letters:
    """Every event that the routing table names led to its notices and news, and every notice sent arrived."""

    check, compares = "C4", "notices and news with the stream, letters with what arrived"

    def __init__(self, database: Database) -> None:
        self._notices: set[tuple[str, str, str, str]] = set()
        self._news: set[tuple[str, str]] = set()
        self._erased: set[str] = set()

    def hear(self, event: Event[Any]) -> None:
        if isinstance(event.data, PersonErased):
            self._erased.add(event.data.about)
        if isinstance(event.data, RecordsDestroyed):
            self._erased.update(event.data.about)
        for route in routes_for(event.data):
            if route.channel == "feed":
                self._news |= {(event.id, kern) for kern in (*event.data.kernen, WHOLE_MUNICIPALITY)}
            else:
                key = event.id, route.audience, route.channel
                self._notices |= {(*key, recipient) for recipient in recipients_of(event.data, route)}

    def judge(self, connection: Connection) -> list[str]:
        notices = connection.execute(select(notice)).all()
        written = {(row.event_id, row.audience, row.channel, row.recipient) for row in notices}
        shown = {tuple(row) for row in connection.execute(select(feed_item.c.event_id, feed_item.c.kern))}
        wrong = [
            *(f"no notice of {key}" for key in self._notices - written),
            *(f"a notice of {key}, which is not in the stream" for key in written - self._notices),
            *(f"no news of {key}" for key in self._news - shown),
            *(f"news of {key}, which is not in the stream" for key in shown - self._news),
            *_published(connection, notices),
        ]
        if load_settings().smtp_url is None:  # else a mail server has the letters
            arrived = Counter(connection.execute(select(mailbox.c.id)).scalars())
            kept = [row for row in notices if row.state == "sent" and row.about not in self._erased]
            sent = {row.id: row.unknown for row in kept}
            wrong += missing_or_doubled(sent, arrived)
        return sorted(wrong)


def missing_or_doubled(sent: Mapping[str, int], arrived: Mapping[str, int]) -> list[str]:
    """`sent` are the ids of notices and how often nobody knew whether they arrived, `arrived` the copies of
    each at the receiver: one, and one more at most for every time that nobody knew."""
    wrong = [f"{one} was sent and did not arrive" for one in sent if not arrived.get(one)]
    for one, copies in arrived.items():
        if copies > 1 + sent.get(one, 0):
            wrong.append(f"{one} arrived {copies} times, with {sent.get(one, 0)} answers lost")
    return wrong


def _published(connection: Connection, notices: Iterable[Row[Any]]) -> list[str]:
    """One event for every letter, and one for every answer that was lost."""
    kind = outbox.c.nats_subject
    events = select(outbox.c.subject, kind, func.count()).group_by(outbox.c.subject, kind)
    counts: Counter[tuple[str, str]] = Counter()
    for subject, nats_subject, times in connection.execute(events):
        counts[subject, nats_subject.split(".")[-2]] += times
    wrong = []
    for row in notices:
        expected = {"delivered": row.state == "sent", "failed": row.failures, "unknown": row.unknown}
        wrong += [
            f"{row.id} was published as {what} {counts[row.id, what]} times instead of {int(times)}"
            for what, times in expected.items()
            if counts[row.id, what] != times
        ]
    return wrong


CHECKS = (Letters,)
