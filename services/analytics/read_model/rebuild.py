# SPDX-License-Identifier: EUPL-1.2
"""The overview folded again from the whole stream, beside the one that readers see, then in its place.

Each piece is one transaction of about 0.1 s. If one fails, begin again with a new Rebuild: what a broken
one left behind is not live, and is swept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select

from services.analytics.fold.projection import Entity, fold
from services.analytics.read_model import store
from services.analytics.read_model.cells import Cell
from shared.contracts.envelope import Event
from shared.messaging import crash, parked, versions
from shared.messaging.decode import decode
from shared.messaging.replay import read, stream_sequence
from shared.messaging.stream import redeliver_from
from shared.messaging.versions import Aggregate
from shared.runtime import Runtime

CAPACITY = 50_000  # subjects held in memory, about 1 kB each
PIECE = 5_000  # subjects written in one transaction: so long an event waits that comes meanwhile


@dataclass(slots=True)
class Held:
    """A subject in memory; `stored` is what the table has of it, None if nothing."""

    entity: Entity
    sequence: int
    changed_at: datetime
    stored: Entity | None = None
    changed: bool = True


class Rebuild:
    """Folds a stream into a new generation: `begin`, `apply` with one batch after another, `write` until
    nothing is left, `swap`. Memory is bounded: subjects beyond `capacity` are written.
    """

    def __init__(
        self, capacity: int = CAPACITY, given_up: Mapping[Aggregate, set[int]] | None = None
    ) -> None:
        """`given_up` are the sequences that people discarded: they count as taken."""
        self.capacity, self.given_up = capacity, given_up or {}
        self.generation = 0
        self.events = 0
        self._held: dict[tuple[str, str], Held] = {}
        self._early: dict[tuple[str, str], int] = {}  # of a subject with a gap, the last there is
        self._differences: dict[Cell, int] = {}
        self._spilled = False

    def begin(self, connection: Connection) -> None:
        """Choose a generation that nothing has."""
        self.generation = store.unused(connection)

    def apply(self, connection: Connection, events: Sequence[Event[Any]]) -> None:
        """Fold events in the order of the stream. Those seen before change nothing.

        Nor do those that come too early: a stream that was mended has them again, after what is missing.
        """
        if self._spilled:
            self._recall(connection, events)
        for event in events:
            key, number = (event.source, event.subject), event.number
            held = self._held.get(key)
            expected = self.past_given_up(Aggregate(*key), held.sequence if held else 0) + 1
            if number > expected:
                self._early[key] = max(number, self._early.get(key, 0))
            elif number == expected:
                self.events += 1
                if held is None:
                    self._held[key] = Held(fold(None, event.data), number, event.time)
                else:
                    held.entity = fold(held.entity, event.data)
                    held.sequence, held.changed_at, held.changed = number, event.time, True
        if len(self._held) > self.capacity:
            oldest = list(islice(self._held.items(), max(PIECE, len(self._held) - self.capacity)))
            self._save(connection, oldest)
            for key, _ in oldest:
                del self._held[key]
            self._spilled = True

    def broken(self, connection: Connection) -> set[Aggregate]:
        """Subjects of which an event is missing in the stream, or could not be read."""
        known = store.load_versions(connection, self.generation, {store.Key(*key) for key in self._early})
        found = set()
        for key, highest in self._early.items():
            held, stored = self._held.get(key), known.get(store.Key(*key))
            sequence = held.sequence if held else stored.sequence if stored else 0
            if self.past_given_up(Aggregate(*key), sequence) < highest:
                found.add(Aggregate(*key))
        return found

    def past_given_up(self, of: Aggregate, sequence: int) -> int:
        """How far a subject is that was folded up to `sequence`, with what was discarded right after it."""
        gone = self.given_up.get(of, ())
        while sequence + 1 in gone:
            sequence += 1
        return sequence

    def write(self, connection: Connection) -> bool:
        """Write some of what memory holds and the tables do not; returns whether more is left."""
        changed = [(key, held) for key, held in self._held.items() if held.changed]
        self._save(connection, changed[:PIECE])
        return len(changed) > PIECE

    def swap(self, connection: Connection) -> Select[str, str, int]:
        """Make it live. Returns the query of how far it is: source, subject, last sequence.

        A query, because a million subjects need not pass through memory to become versions.
        """
        self._save(connection, list(self._held.items()))
        store.add(connection, self.generation, self._differences)
        self._differences = {}
        store.make_live(connection, self.generation)
        return store.reached(self.generation)

    def sweep(self, connection: Connection) -> bool:
        """Remove some of what readers do not see; returns whether more is left."""
        return store.sweep(connection, PIECE)

    def _save(self, connection: Connection, some: list[tuple[tuple[str, str], Held]]) -> None:
        changed = [(key, held) for key, held in some if held.changed]
        changes = (
            store.Change(
                store.Key(*key), held.stored, store.Version(held.entity, held.sequence, held.changed_at)
            )
            for key, held in changed
        )
        for cell, value in store.save(connection, self.generation, changes).items():
            self._differences[cell] = self._differences.get(cell, 0) + value
        for _, held in changed:
            held.stored, held.changed = held.entity, False

    def _recall(self, connection: Connection, events: Sequence[Event[Any]]) -> None:
        wanted = {store.Key(event.source, event.subject) for event in events}
        missing = wanted - self._held.keys()
        for key, known in store.load_versions(connection, self.generation, missing).items():
            entity = known.entity
            self._held[key] = Held(entity, known.sequence, known.changed_at, stored=entity, changed=False)


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
    return f"{rebuild.events} events were folded again"


async def _while(runtime: Runtime, piece: Callable[[Connection], bool]) -> None:
    """One transaction after another, so that events that come meanwhile wait for one of them at most."""
    while await runtime.database.write(piece):
        pass


async def _fold(runtime: Runtime, rebuild: Rebuild, start: int) -> int:
    """Fold from this place in the stream on; returns the place of the last event."""
    connection = await runtime.bus.connection()
    last, ours = start - 1, runtime.transactions.municipality
    async for batch in read(connection, runtime.filters, start):
        events = [event for m in batch if (event := decode(m.subject, m.data, ours).event)]
        await runtime.database.write(partial(rebuild.apply, events=events))
        last = stream_sequence(batch[-1])
    return last


def _swap(runtime: Runtime, rebuild: Rebuild, connection: Connection) -> None:
    runtime.guard(connection)
    consumer = runtime.service
    versions.replace(connection, consumer, rebuild.swap(connection))
    reached = versions.load(connection, consumer, rebuild.given_up)
    versions.save(
        connection, consumer, {of: rebuild.past_given_up(of, reached.get(of, 0)) for of in rebuild.given_up}
    )
    crash.here("CP13")
