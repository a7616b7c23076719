# SPDX-License-Identifier: EUPL-1.2
"""What an operator asks of this service beside what every one can do: the overview folded anew."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection

from services.analytics.rebuild import Rebuild
from shared.messaging import crash, parked, versions
from shared.messaging.decode import Incoming, decode
from shared.messaging.desk import Action
from shared.messaging.replay import read, stream_sequence
from shared.messaging.stream import filters_for, redeliver_from
from shared.process import Process


def actions(process: Process) -> Mapping[str, Action]:
    async def rebuild(_arguments: dict[str, Any]) -> str:
        return await refold(process)

    return {"rebuild": rebuild}


async def refold(process: Process) -> str:
    """Fold the whole stream beside what readers see, then put it in its place.

    The consumer rests only while the few events are folded that came during the first pass.
    """
    rebuild = Rebuild(given_up=await process.database.read(parked.given_up))
    await _while(process, rebuild.sweep)
    await process.database.write(rebuild.begin)
    last = await _fold(process, rebuild, 1)
    await _while(process, rebuild.write)
    async with process.consumer.turn:
        await _fold(process, rebuild, last + 1)
        if await process.database.read(rebuild.broken):
            # Before the swap, so that a crash forgets neither: the consumer puts aside what follows a gap.
            await redeliver_from(await process.bus.connection(), process.service.name, 1)
        await process.database.write(partial(_swap, process, rebuild))
        crash.here("CP13")
    await _while(process, rebuild.sweep)
    return f"{rebuild.events} events are folded anew"


async def _while(process: Process, piece: Callable[[Connection], bool]) -> None:
    """One transaction after another, so that events that come meanwhile wait for one of them at most."""
    while await process.database.write(piece):
        pass


async def _fold(process: Process, rebuild: Rebuild, start: int) -> int:
    """Fold from this place in the stream on; returns the place of the last event."""
    connection = await process.bus.connection()
    last = start - 1
    async for batch in read(connection, filters_for(process.service.handlers), start):
        known = [incoming for m in batch if (incoming := decode(m.subject, m.data)).event]
        await process.database.write(partial(_apply, process, rebuild, known))
        last = stream_sequence(batch[-1])
    return last


def _apply(process: Process, rebuild: Rebuild, known: Sequence[Incoming], connection: Connection) -> None:
    rebuild.apply(connection, [incoming.event for incoming in known if incoming.event])


def _swap(process: Process, rebuild: Rebuild, connection: Connection) -> None:
    process.guard(connection)
    consumer = process.service.name
    versions.replace(connection, consumer, rebuild.swap(connection))
    reached = versions.load(connection, consumer, rebuild.given_up)
    versions.save(
        connection, consumer, {of: rebuild.past_given_up(of, reached.get(of, 0)) for of in rebuild.given_up}
    )
    crash.here("CP13")
