# SPDX-License-Identifier: EUPL-1.2
"""What was erased is erased again in a store that was put back, before that store answers anybody.

The journal is the stream: it lies outside the store, it is never rewritten, and its events hold ids only.
"""

import asyncio
import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from services.initiatives.persons import erasing, store
from shared.contracts.envelope import TYPE_PREFIX, Event, NewEvent, envelope_of
from shared.contracts.initiatives.persons import PersonErased, RecordsDestroyed
from shared.messaging.broker import Bus
from shared.messaging.decode import decode
from shared.messaging.items import ForEach, fail, failing
from shared.messaging.replay import read
from shared.messaging.stream import filters_for
from shared.messaging.transaction import Cause, Transaction
from shared.outage import is_outage
from shared.runtime import Runtime

TRY_EVERY = 1.0  # seconds
KINDS = (PersonErased, RecordsDestroyed)
JOURNAL = {TYPE_PREFIX + kind.TYPE: envelope_of(kind) for kind in KINDS}
AGAIN = "erase_again"  # the timer that tries once more what failed

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
    found, ours = 0, runtime.transactions.municipality
    async for batch in read(await bus.connection(), filters_for(KINDS, ours.code)):
        events = [event for m in batch if (event := decode(m.subject, m.data, ours).event)]
        await runtime.database.write(partial(_apply, runtime, events))
        found += len(events)
    return found


def _apply(runtime: Runtime, events: list[Event[Any]], connection: Connection) -> None:
    """Each alone: one that fails is parked, so that somebody looks at it, and keeps no other erasure."""
    for event in events:
        tx = runtime.transactions.begin(connection, Cause(event.correlationid, event.id))
        try:
            with connection.begin_nested():
                left = apply(event, tx)
            if left:
                raise StillThere(left)
        except Exception as error:
            if is_outage(error):
                raise
            fail(connection, AGAIN, event.id, error, tx.now, event.to_bytes())


class StillThere(Exception):
    """Some of what was destroyed once could not be destroyed again."""


def apply(event: Event[Any], tx: Transaction) -> int:
    """Have one event of the journal be true here; on what was erased already it has no effect.

    Returns how much of it could not be done.
    """
    data = event.data
    if isinstance(data, PersonErased):
        store.add_erasure(tx.connection, event.subject, data.about, data.happened_on)
        erasing.erase(event.subject, data.about, tx)
    elif isinstance(data, RecordsDestroyed):
        if left := len(data.about) - len(erasing.destroy_each(data.about, tx)):
            return left
        terms = tx.municipality.retention
        store.restore_list(tx.connection, event.subject, data.about, terms, data.happened_on)
    return 0


def _failed(tx: Transaction, but: frozenset[str]) -> Sequence[str]:
    return sorted(failing(tx.connection, AGAIN).keys() - but)


def _again(event_id: str, tx: Transaction) -> list[NewEvent]:
    payload = bytes(failing(tx.connection, AGAIN)[event_id].payload)
    if left := apply(JOURNAL[json.loads(payload)["type"]].model_validate_json(payload), tx):
        raise StillThere(left)
    return []


erase_again = ForEach(AGAIN, _failed, _again)
