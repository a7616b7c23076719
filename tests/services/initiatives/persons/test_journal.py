# SPDX-License-Identifier: EUPL-1.2
"""A store that was put back is not served before the journal in the stream was followed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import nats
from sqlalchemy import select

from services.initiatives.__main__ import SERVICE
from services.initiatives.contact.tables import contact
from services.initiatives.initiative.tables import initiative
from shared.contracts.envelope import envelope_of
from shared.contracts.initiatives.persons import PersonErased
from shared.http.app import create_app
from shared.messaging.broker import Bus
from shared.messaging.stream import ensure_stream
from shared.process import Process
from tests.access import AS_ANYBODY, DOOR
from tests.conftest import PATIENCE, NatsServer
from tests.services.initiatives.conftest import NOW, Room


async def until(holds: Callable[[], Awaitable[bool]], within: float = PATIENCE) -> None:
    async with asyncio.timeout(within):
        while not await holds():
            await asyncio.sleep(0.05)


async def erased_in_the_stream(server: NatsServer, contact_id: str, about: str) -> None:
    """As the service said before its store was put back."""
    said = PersonErased(kernen=(), happened_on=NOW.date(), actor="official", origin="live", about=about)
    event: Any = envelope_of(PersonErased)(
        id="6f0f6a3e-7a07-4a55-9f38-02c7e0a4f1a1",
        source="urn:nld:oin:00000099000000999900:systeem:initiatives",
        type="nl.kernpuls.person.erased.v1", subject=contact_id, time=NOW, dataschema="https://x.example/",
        subjectsequence="1", kern="gemeente", gemeente="gm9999", correlationid="c", data=said,
    )  # fmt: skip
    client = await nats.connect(server.url)
    await ensure_stream(client, 32 * 1024**2)
    await client.jetstream().publish("kernpuls.gm9999.gemeente.person.erased.v1", event.to_bytes())
    await client.close()


async def test_nobody_is_answered_before_what_was_erased_is_erased_again(
    room: Room, own_nats_server: NatsServer
) -> None:
    room.submit()
    with room.database.reader.connect() as connection:
        contact_id = connection.execute(select(initiative.c.contact_id)).scalar_one()
    await erased_in_the_stream(own_nats_server, contact_id, "i1")
    own_nats_server.stop()
    process = Process(SERVICE, room.database, room.municipality, Bus(own_nats_server.url, "initiatives"))
    app = create_app(SERVICE, process.transactions, process.ready, process.metrics.registry, DOOR)
    app.state.serves = lambda: process.serves
    await process.start()
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost", headers=AS_ANYBODY
        ) as client:
            await asyncio.sleep(1.5)
            assert (await client.get("/v1/initiatives/i1")).status_code == 503
            assert (await client.get("/werk/personen")).status_code == 503
            assert "first" in (await client.get("/health/ready")).json()["notReady"]
            assert (await client.get("/health/live")).status_code == 200
            own_nats_server.start()

            async def answered() -> bool:
                return (await client.get("/v1/initiatives/i1")).status_code == 200

            await until(answered)
            with room.database.reader.connect() as connection:
                rows = connection.execute(select(contact.c.name, contact.c.email, contact.c.phone)).all()
            assert rows == [("Kanarie Naam", None, None)], "the decision is still to be taken"
    finally:
        await process.stop()
