# SPDX-License-Identifier: EUPL-1.2
"""C7: nothing waits to be published, to be handled, or for anything but a person."""

import asyncio

from sqlalchemy import Connection

from services.suite.verify.finding import Finding
from shared.messaging import outbox, parked
from shared.messaging.broker import Bus
from shared.messaging.decode import DEAD, FOREIGN
from shared.messaging.parked import BEHIND
from shared.messaging.stream import STREAM, ApiError, api
from shared.messaging.versions import Aggregate
from shared.service import Service
from shared.store import Database

LOOK_EVERY = 0.3  # seconds
FOR_A_PERSON = (DEAD, FOREIGN)


async def check_leftovers(service: Service, database: Database, bus: Bus, patience: float) -> Finding:
    """Dead letters wait for a person; they are listed, and hold only what is behind them."""
    deadline = asyncio.get_running_loop().time() + patience
    while (wrong := await _waiting(service, database, bus)) and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(LOOK_EVERY)
    letters = await database.read(_dead_letters)
    listed = f"; dead letters: {', '.join(letters)}" if letters else ""
    return Finding("C7", service.name, f"nothing waits{listed}", tuple(wrong))


async def _waiting(service: Service, database: Database, bus: Bus) -> list[str]:
    count, oldest = await database.read(outbox.backlog)
    wrong = [f"{count} events are not in the stream yet, the oldest of {oldest}"] if count else []
    if service.handlers:
        wrong += await _to_be_handled(service, bus)
    return wrong + await database.read(_parked_rows)


async def _to_be_handled(service: Service, bus: Bus) -> list[str]:
    try:
        info = await api(await bus.connection(), f"CONSUMER.INFO.{STREAM}.{service.name}")
    except ApiError as error:
        return [f"its consumer: {error}"]
    left = int(info["num_pending"]) + int(info["num_ack_pending"])
    return [f"{left} events of the stream are still to be handled"] if left else []


def held_by_dead(connection: Connection) -> dict[Aggregate, int]:
    """Where dead letters hold their subjects."""
    rows = [row for row in parked.listed(connection) if row.reason == DEAD and row.subject]
    return {Aggregate(row.source, row.subject): row.sequence for row in reversed(rows)}


def _parked_rows(connection: Connection) -> list[str]:
    held = held_by_dead(connection)
    return [
        f"parked: {row.id} {row.event_type} of {row.subject}, {row.reason}"
        for row in parked.listed(connection)
        if row.reason not in FOR_A_PERSON
        and not (row.reason == BEHIND and Aggregate(row.source, row.subject) in held)
    ]


def _dead_letters(connection: Connection) -> list[str]:
    dead = [row for row in parked.listed(connection) if row.reason in FOR_A_PERSON]
    return [
        f"{row.id} ({row.event_type or ('unreadable' if row.reason == DEAD else row.reason)})" for row in dead
    ]
