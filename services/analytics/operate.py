# SPDX-License-Identifier: EUPL-1.2
"""What an operator asks of this service beside what every one can do: the overview folded anew."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection

from services.analytics.rebuild import Rebuild
from shared.messaging import crash, parked, versions
from shared.messaging.decode import Incoming, decode
from shared.messaging.replay import read, stream_sequence
from shared.messaging.stream import redeliver_from
from shared.runtime import Runtime


async def rebuild_overview(runtime: Runtime, _arguments: dict[str, Any]) -> str:
    """Fold the whole stream beside what readers see, then put it in its place.

    The consumer rests only while the few events are folded that came during the first pass.
    """
    rebuild = Rebuild(given_up=await runtime.database.read(parked.given_up))
    await _while(runtime, rebuild.sweep)
    await runtime.database.write(rebuild.begin)
    last = await _fold(runtime, rebuild, 1)
    await _while(runtime, rebuild.write)
    async with runtime.turn:
        await _fold(runtime, rebuild, last + 1)
        if await runtime.database.read(rebuild.broken):
            # Before the swap, so that a crash forgets neither: the consumer puts aside what follows a gap.
            await redeliver_from(await runtime.bus.connection(), runtime.service, 1)
        await runtime.database.write(partial(_swap, runtime, rebuild))
        crash.here("CP13")
    await _while(runtime, rebuild.sweep)
    return f"{rebuild.events} events are folded anew"


async def _while(runtime: Runtime, piece: Callable[[Connection], bool]) -> None:
    """One transaction after another, so that events that come meanwhile wait for one of them at most."""
    while await runtime.database.write(piece):
        pass


async def _fold(runtime: Runtime, rebuild: Rebuild, start: int) -> int:
    """Fold from this place in the stream on; returns the place of the last event."""
    connection = await runtime.bus.connection()
    last = start - 1
    async for batch in read(connection, runtime.filters, start):
        known = [incoming for m in batch if (incoming := decode(m.subject, m.data)).event]
        await runtime.database.write(partial(_apply, runtime, rebuild, known))
        last = stream_sequence(batch[-1])
    return last


def _apply(runtime: Runtime, rebuild: Rebuild, known: Sequence[Incoming], connection: Connection) -> None:
    rebuild.apply(connection, [incoming.event for incoming in known if incoming.event])


def _swap(runtime: Runtime, rebuild: Rebuild, connection: Connection) -> None:
    runtime.guard(connection)
    consumer = runtime.service
    versions.replace(connection, consumer, rebuild.swap(connection))
    reached = versions.load(connection, consumer, rebuild.given_up)
    versions.save(
        connection, consumer, {of: rebuild.past_given_up(of, reached.get(of, 0)) for of in rebuild.given_up}
    )
    crash.here("CP13")
