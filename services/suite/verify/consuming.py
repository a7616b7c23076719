# SPDX-License-Identifier: EUPL-1.2
"""C2, a service's own checks, and C9: what was heard is what was done, once."""

import asyncio
from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, select

from services.suite.verify.finding import Finding
from services.suite.verify.histories import Histories
from services.suite.verify.inert import check_inert
from services.suite.verify.leftovers import LOOK_EVERY, held_by_dead
from shared.messaging import parked
from shared.messaging.broker import Bus
from shared.messaging.decode import decode
from shared.messaging.replay import read, stream_sequence
from shared.messaging.stream import ApiError, filters_for
from shared.messaging.versions import Aggregate, versions
from shared.municipality import Municipality
from shared.service import Check, Service
from shared.store import Database


async def check_consuming(
    service: Service, database: Database, bus: Bus, municipality: Municipality, patience: float
) -> list[Finding]:
    """Go through what the service follows, and on until its store is as far, or `patience` ends."""
    own = [make(database) for make in service.checks]
    held_at = await database.read(held_by_dead)
    heard = Histories(await database.read(parked.given_up), held_at)
    deadline, last = asyncio.get_running_loop().time() + patience, 0
    try:
        while True:
            last = await _hear(service, bus, municipality, heard, own, last)
            is_late = asyncio.get_running_loop().time() >= deadline
            judged = await database.read(partial(_judge, service, heard, own, is_late))
            if judged is not None:
                break
            await asyncio.sleep(LOOK_EVERY)
        inert = [await check_inert(service, database, bus, municipality, last)] if service.handlers else []
    except ApiError as error:
        return [Finding("C2", service.name, "the versions with the stream", (str(error),))]
    return [*judged, *inert]


async def _hear(
    service: Service, bus: Bus, municipality: Municipality, heard: Histories, own: Sequence[Check], after: int
) -> int:
    """Returns the place of the last message in the stream."""
    if not service.handlers:
        return after
    async for batch in read(
        await bus.connection(), filters_for(service.handlers, municipality.code), after + 1
    ):
        for message in batch:
            incoming = decode(message.subject, message.data, municipality)
            if incoming.event and heard.take(incoming):
                for check in own:
                    check.hear(incoming.event)
        after = stream_sequence(batch[-1])
    return after


def _judge(
    service: Service, heard: Histories, own: Sequence[Check], is_late: bool, connection: Connection
) -> list[Finding] | None:
    """All of it on one snapshot; None while the store goes on."""
    wrong = _differences(heard, service.name, connection)
    if wrong and not is_late:
        return None
    found = [Finding(each.check, service.name, each.compares, tuple(each.judge(connection))) for each in own]
    if service.handlers:
        compared = f"{len(heard.reached)} versions with the stream"
        found.insert(0, Finding("C2", service.name, compared, tuple(wrong)))
    return found


def _differences(heard: Histories, consumer: str, connection: Connection) -> list[str]:
    rows = connection.execute(
        select(versions.c.source, versions.c.subject, versions.c.last_sequence).where(
            versions.c.consumer == consumer
        )
    )
    done = {Aggregate(source, subject): last for source, subject, last in rows}
    wrong = [
        f"{of.subject} is at {done.get(of, 0)}, the stream at {heard.reached.get(of, 0)}"
        for of in sorted(done.keys() | heard.reached.keys())
        if done.get(of, 0) != heard.reached.get(of, 0)
    ]
    return wrong + [f"{subject} has {n} without {last + 1}" for subject, last, n in heard.broken()]
