# SPDX-License-Identifier: EUPL-1.2
"""C1 and C5: what a service says it published is what the stream holds, and every history is 1, 2, 3 …"""

from sqlalchemy import Connection, func, select

from services.suite.verify.finding import Finding
from services.suite.verify.histories import Histories
from shared.messaging.broker import Bus
from shared.messaging.decode import decode
from shared.messaging.outbox import aggregates, outbox
from shared.messaging.reconcile import compare
from shared.messaging.replay import read
from shared.messaging.stream import ApiError, filters_for
from shared.municipality import Municipality
from shared.service import Service
from shared.store import Database


async def check_publishing(
    service: Service, database: Database, bus: Bus, municipality: Municipality
) -> list[Finding]:
    """Nothing to check of a service that publishes nothing."""
    if not service.publishes:
        return []
    try:
        return [
            await _same_as_the_outbox(service, database, bus, municipality),
            await _in_order(service, database, bus, municipality),
        ]
    except ApiError as error:  # there is no stream at all
        return [Finding("C1", service.name, "the outbox with the stream", (str(error),))]


async def _same_as_the_outbox(
    service: Service, database: Database, bus: Bus, municipality: Municipality
) -> Finding:
    found = await compare(await bus.connection(), database, filters_for(service.publishes, municipality.code))
    wrong = [
        *(f"lost by the stream: outbox row {row_id}" for row_id in found.lost),
        *(f"not in the outbox: {which}" for which in found.foreign),
        *(f"other bytes than in the outbox: {which}" for which in found.altered),
    ]
    return Finding("C1", service.name, f"the outbox with the stream: {found}", tuple(wrong))


async def _in_order(service: Service, database: Database, bus: Bus, municipality: Municipality) -> Finding:
    found = Histories()
    async for batch in read(await bus.connection(), filters_for(service.publishes, municipality.code)):
        for message in batch:
            found.take(decode(message.subject, message.data, municipality))
    wrong = [
        *(
            f"in the stream, {subject} has {n} without {reached + 1}"
            for subject, reached, n in found.broken()
        ),
        *await database.read(_gaps_in_the_outbox),
    ]
    return Finding("C5", service.name, f"1, 2, 3 … of {len(found.reached)} histories", tuple(wrong))


def _gaps_in_the_outbox(connection: Connection) -> list[str]:
    """A subject at version n has n events, numbered to n; twins in two versions of a type count once."""
    n = func.count(outbox.c.sequence.distinct()).label("n")
    last = func.max(outbox.c.sequence).label("last")
    counted = select(outbox.c.subject, n, last).group_by(outbox.c.subject).subquery()
    compared = aggregates.outerjoin(counted, aggregates.c.subject == counted.c.subject)
    events, highest = func.coalesce(counted.c.n, 0), func.coalesce(counted.c.last, 0)
    wrong = select(aggregates.c.subject, aggregates.c.version, events, highest).select_from(compared)
    rows = connection.execute(wrong.where((events != highest) | (highest != aggregates.c.version)))
    return [f"{row[0]} is at version {row[1]} with {row[2]} events, the last {row[3]}" for row in rows]
