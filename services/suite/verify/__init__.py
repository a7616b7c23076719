# SPDX-License-Identifier: EUPL-1.2
"""Proof that stores, stream and letters agree: what `kernpuls verify` shows, and tests of faults rely on.

It reads and compares; it changes nothing. Of a stopped suite it starts the nats-server alone, for as long as
it reads.

C1 outbox = stream, byte for byte, both ways · C2 every consumer is as far as the stream · C3 C4 C6 what a
service checks of its own (`Service.checks`) · C5 every history is 1, 2, 3 … · C7 nothing waits ·
C8 what is kept is what its own events make ·
C9 going through the whole stream again changes nothing
"""

import asyncio
from collections.abc import Sequence

from services.suite.operate import opened
from services.suite.prepare import connected
from services.suite.verify.consuming import check_consuming
from services.suite.verify.finding import Finding, show
from services.suite.verify.ground import bus_of
from services.suite.verify.leftovers import check_leftovers
from services.suite.verify.own_state import check_own_state
from services.suite.verify.publishing import check_publishing
from shared.municipality import load_municipality
from shared.service import Service
from shared.settings import Settings

__all__ = ["Finding", "show", "verify", "verify_service"]

PATIENCE = 10.0  # seconds that a running suite is given to finish what it has in hand
CONNECT_WITHIN = 15.0


def verify(settings: Settings, services: Sequence[Service]) -> list[Finding]:
    """Check these services, one after another."""
    return asyncio.run(_verify(settings, services))


async def _verify(settings: Settings, services: Sequence[Service]) -> list[Finding]:
    async with bus_of(settings) as runs:
        patience = PATIENCE if runs else 0.0
        return [f for service in services for f in await verify_service(settings, service, patience)]


async def verify_service(settings: Settings, service: Service, patience: float) -> list[Finding]:
    """Every check of one service; what is still under way is waited for so many seconds."""
    municipality = load_municipality(settings.municipality)
    with opened(settings, service) as database:
        # By the name of the service: its account on the bus allows a reader of that name.
        async with connected(settings, service.name, CONNECT_WITHIN) as bus:
            return [
                await check_leftovers(service, database, bus, patience),
                *await check_publishing(service, database, bus, municipality),
                *await check_own_state(service, database, municipality),
                *await check_consuming(service, database, bus, municipality, patience),
            ]
