# SPDX-License-Identifier: EUPL-1.2
"""What an operator asks of a running service: a row that its leader acts on and reports about.

The `kernpuls` command never changes a service's tables itself, so that only the leader, under its
fence, touches what it is working on.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from nats.aio.client import Client
from sqlalchemy import Column, Connection, Row, String, Table, Text, delete, insert, select, update

from shared.clock import Clock
from shared.messaging.lease import Guard
from shared.store import BigId, Database, Utc, plumbing, storable

LOOK_EVERY = 0.5  # seconds
Action = Callable[[dict[str, Any]], Awaitable[str]]

log = structlog.get_logger()

requests = Table(
    "operator_request",
    plumbing,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("action", String(40), nullable=False),
    Column("arguments", Text, nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("done_at", Utc),
    Column("succeeded", String(3)),
    Column("report", Text),
    sqlite_autoincrement=True,
)


class Declined(Exception):
    """The request makes no sense now; the message says why and what to do."""


def ask(connection: Connection, action: str, arguments: Mapping[str, Any], now: datetime) -> int:
    """Leave a request; returns its id."""
    row = insert(requests).values(action=action, arguments=json.dumps(arguments), asked_at=now)
    return int(connection.execute(row.returning(requests.c.id)).scalar_one())


def answer(connection: Connection, request_id: int) -> Row[Any]:
    """The request as it stands; `done_at` is set once it was acted on."""
    return connection.execute(select(requests).where(requests.c.id == request_id)).one()


def forget(connection: Connection, before: datetime) -> None:
    """Remove what was done before a moment; it names who asked."""
    connection.execute(delete(requests).where(requests.c.done_at < before))


class Desk:
    """Acts on requests, one after another. An action may be begun again after a crash: it must allow that."""

    def __init__(self, database: Database, clock: Clock, actions: Mapping[str, Action]) -> None:
        self.database, self.clock, self.actions = database, clock, actions

    async def run(self, _connection: Client, guard: Guard) -> None:
        while True:
            row = await self.database.read(_oldest_open)
            if row is None:
                await asyncio.sleep(LOOK_EVERY)
                continue
            succeeded, report = await self._act(row)
            log.info("desk.done", action=row.action, request=row.id, succeeded=succeeded)
            await self.database.write(partial(self._close, guard, row.id, succeeded, report))

    async def _act(self, row: Row[Any]) -> tuple[bool, str]:
        action = self.actions.get(row.action)
        if action is None:
            return False, f"this service knows no {row.action!r}"
        try:
            return True, await action(json.loads(row.arguments))
        except Declined as declined:
            return False, str(declined)
        except Exception as error:
            log.exception("desk.failed", action=row.action, request=row.id)
            return False, f"{type(error).__name__}: {error}"

    def _close(
        self, guard: Guard, request_id: int, succeeded: bool, report: str, connection: Connection
    ) -> None:
        guard(connection)
        answer = {"succeeded": "yes" if succeeded else "no", "report": storable(report)}
        done = update(requests).where(requests.c.id == request_id).values(done_at=self.clock(), **answer)
        connection.execute(done)


def _oldest_open(connection: Connection) -> Row[Any] | None:
    waiting = select(requests).where(requests.c.done_at.is_(None)).order_by(requests.c.id).limit(1)
    return connection.execute(waiting).one_or_none()
