# SPDX-License-Identifier: EUPL-1.2
"""C8: what a service keeps is what its own events make of it."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from services.suite.verify.finding import Finding
from shared.messaging.decode import decode
from shared.messaging.outbox import outbox
from shared.municipality import Municipality
from shared.service import OwnState, Service, State
from shared.store import Database

READ_AT_ONCE = 1_000


async def check_own_state(service: Service, database: Database, municipality: Municipality) -> list[Finding]:
    """On one snapshot, so that a service that goes on is no difference."""
    if service.own_state is None:
        return []
    state = service.own_state()
    wrong = await database.read(lambda connection: list(differences(state, connection, municipality)))
    return [Finding("C8", service.name, state.compares, tuple(wrong))]


def differences(state: OwnState, connection: Connection, municipality: Municipality) -> Iterator[str]:
    """From the outbox, which has every event of the service; the stream is held against it by C1."""
    events = select(outbox.c.nats_subject, outbox.c.payload).order_by(outbox.c.id)
    for row in connection.execution_options(yield_per=READ_AT_ONCE).execute(events):
        incoming = decode(row.nats_subject, row.payload, municipality)
        if incoming.event:
            state.take(incoming.event)
        else:
            yield f"event {incoming.event_id} cannot be read: {incoming.error}"
    yield from _unlike(state.expected(), state.kept(connection))


def _unlike(expected: State, kept: State) -> Iterator[str]:
    for of in sorted(expected.keys() | kept.keys()):
        if of not in kept:
            yield f"{of} is in the events and not in the store"
        elif of not in expected:
            yield f"{of} is in the store and not in the events"
        else:
            for name, made in expected[of].items():
                if kept[of].get(name) != made:
                    yield f"{of}: {name} is {kept[of].get(name)!r}, the events make {made!r}"
