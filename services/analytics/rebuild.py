# SPDX-License-Identifier: EUPL-1.2
"""The overview folded anew from the whole stream, beside the one that readers see, then in its place.

    rebuild = Rebuild()
    while write(rebuild.sweep): ...
    write(rebuild.begin)
    for batch in the stream, in order, from the first event:
        write(partial(rebuild.apply, events=batch))
    while write(rebuild.write): ...  # so that the swap has little left to write
    # with the live consumer at rest: apply what came meanwhile; then, in one transaction:
    reached = rebuild.swap(connection)  # and put the consumer's versions at what this query finds
    while write(rebuild.sweep): ...

Each call is one transaction of the caller's, of about 0.1 s. If one fails, begin again with a new Rebuild:
what a broken one left behind is not live, and is swept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, tuple_, update

from services.analytics import store
from services.analytics.cells import Cell
from services.analytics.model import Entity
from services.analytics.projection import fold
from shared.contracts.envelope import Event
from shared.messaging.versions import Aggregate

CAPACITY = 50_000  # subjects held in memory, about 1 kB each
PIECE = 5_000  # subjects written in one transaction: so long an event waits that comes meanwhile


GENERATIONS = (store.entity, store.place, store.cell)


@dataclass(slots=True)
class Held:
    """A subject in memory; `stored` is what the table has of it, None if nothing."""

    entity: Entity
    sequence: int
    changed_at: datetime
    stored: Entity | None = None
    changed: bool = True


class Rebuild:
    """Folds a stream into a new generation. Memory is bounded: subjects beyond `capacity` are written."""

    def __init__(
        self, capacity: int = CAPACITY, given_up: Mapping[Aggregate, set[int]] | None = None
    ) -> None:
        """`given_up` are the sequences that people discarded: they count as taken."""
        self.capacity, self.given_up = capacity, given_up or {}
        self.generation = 0
        self.events = 0
        self._held: dict[tuple[str, str], Held] = {}
        self._early: dict[tuple[str, str], int] = {}  # of a subject that missed something, the last there is
        self._figures: dict[Cell, int] = {}
        self._spilled = False

    def begin(self, connection: Connection) -> None:
        """Choose a generation that nothing has."""
        newest = [connection.execute(select(func.max(it.c.generation))).scalar() for it in GENERATIONS]
        self.generation = 1 + max(store.live(connection), *(it or 0 for it in newest))

    def apply(self, connection: Connection, events: Sequence[Event[Any]]) -> None:
        """Fold events in the order of the stream. Those seen before change nothing.

        Nor do those that come too early: a stream that was mended has them again, after what they lack.
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
        """Subjects of which the stream lacks an event, or has one that could not be read."""
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
        """Write some of what memory holds and the tables do not; tells whether more is left."""
        changed = [(key, held) for key, held in self._held.items() if held.changed]
        self._save(connection, changed[:PIECE])
        return len(changed) > PIECE

    def swap(self, connection: Connection) -> Select[str, str, int]:
        """Make it live. Returns the query of how far it is: source, subject, last sequence.

        A query, because a million subjects need not pass through memory to become versions.
        """
        self._save(connection, list(self._held.items()))
        store.add(connection, self.generation, self._figures)
        self._figures = {}
        connection.execute(update(store.generation).values(live=self.generation))
        return reached(self.generation)

    def sweep(self, connection: Connection) -> bool:
        """Remove some of what readers do not see; tells whether more is left."""
        now = store.live(connection)
        for table in GENERATIONS:
            key = list(table.primary_key)
            for unseen in (table.c.generation < now, table.c.generation > now):
                some = select(*key).where(unseen).limit(PIECE)
                if connection.execute(delete(table).where(tuple_(*key).in_(some))).rowcount:
                    return True
        return False

    def _save(self, connection: Connection, some: list[tuple[tuple[str, str], Held]]) -> None:
        changed = [(key, held) for key, held in some if held.changed]
        changes = (
            store.Change(
                store.Key(*key), held.stored, store.Version(held.entity, held.sequence, held.changed_at)
            )
            for key, held in changed
        )
        for cell, value in store.save(connection, self.generation, changes).items():
            self._figures[cell] = self._figures.get(cell, 0) + value
        for _, held in changed:
            held.stored, held.changed = held.entity, False

    def _recall(self, connection: Connection, events: Sequence[Event[Any]]) -> None:
        wanted = {store.Key(event.source, event.subject) for event in events}
        missing = wanted - self._held.keys()
        for key, known in store.load_versions(connection, self.generation, missing).items():
            entity = known.entity
            self._held[key] = Held(entity, known.sequence, known.changed_at, stored=entity, changed=False)


def reached(generation: int) -> Select[str, str, int]:
    """How far a generation is with every subject."""
    entity = store.entity
    return select(entity.c.source, entity.c.subject, entity.c.sequence).where(
        entity.c.generation == generation
    )
