# SPDX-License-Identifier: EUPL-1.2
"""What was erased is erased again in a store that was put back, before that store answers anybody.

The journal is the stream: it lies outside the store, it is never rewritten, and its events hold ids only.
"""

import asyncio
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from services.initiatives.persons import erasing, store
from shared.contracts.envelope import Event
from shared.contracts.initiatives.persons import PersonErased, RecordsDestroyed
from shared.messaging.broker import Bus
from shared.messaging.decode import decode
from shared.messaging.replay import read
from shared.messaging.stream import filters_for
from shared.messaging.transaction import Cause, Transaction
from shared.runtime import Runtime

TRY_EVERY = 1.0  # seconds
FILTERS = filters_for([PersonErased, RecordsDestroyed])

log = structlog.get_logger()


async def follow(runtime: Runtime) -> None:
    """Go through the whole journal; as long as the bus is away nobody can know what was erased.

    On a connection of its own: the service's own begins with answering questions of others.
    """
    bus = Bus(runtime.bus.url, runtime.service)
    bus.start()
    try:
        while True:
            try:
                found = await _follow(bus, runtime)
                log.info("journal.followed", erasures=found)
                return
            except Exception as error:
                log.warning("journal.waits", error=type(error).__name__)
                await asyncio.sleep(TRY_EVERY)
    finally:
        await bus.stop()


async def _follow(bus: Bus, runtime: Runtime) -> int:
    found = 0
    async for batch in read(await bus.connection(), FILTERS):
        events = [event for m in batch if (event := decode(m.subject, m.data).event)]
        await runtime.database.write(partial(_apply, runtime, events))
        found += len(events)
    return found


def _apply(runtime: Runtime, events: list[Event[Any]], connection: Connection) -> None:
    for event in events:
        apply(event, runtime.transactions.begin(connection, Cause(event.correlationid, event.id)))


def apply(event: Event[Any], tx: Transaction) -> None:
    """Have one event of the journal be true here; on what was erased already it has no effect."""
    data = event.data
    if isinstance(data, PersonErased):
        store.add_erasure(tx.connection, event.subject, data.about, data.happened_on)
        erasing.erase(event.subject, data.about, tx)
    elif isinstance(data, RecordsDestroyed):
        for initiative_id in data.about:
            erasing.destroy(initiative_id, tx)
        terms = tx.municipality.retention
        store.restore_list(tx.connection, event.subject, data.about, terms, data.happened_on)
