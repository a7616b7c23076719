# SPDX-License-Identifier: EUPL-1.2
"""How entities, their places and their cells get in and out of the read model, and how a generation ends."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

from pydantic import Field, TypeAdapter
from sqlalchemy import Connection, Select, bindparam, delete, func, make_url, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from services.analytics.fold.projection import Entity
from services.analytics.read_model.cells import Cell, Place, cells, places
from services.analytics.read_model.tables import cell, entity, generation, place

OF_A_GENERATION = (entity, place, cell)
CHUNK = 900  # subjects in one IN list; SQLite before 3.32 took 999 parameters in all
documents: TypeAdapter[Entity] = TypeAdapter(Annotated[Entity, Field(discriminator="kind")])


class Key(NamedTuple):
    """One subject: only its owner, `source`, publishes about it."""

    source: str
    subject: str


@dataclass(frozen=True)
class Version:
    """What is known of one subject after `sequence` events, the last one recorded at `changed_at`."""

    entity: Entity
    sequence: int
    changed_at: datetime


@dataclass(frozen=True)
class Change:
    """One subject before and after; `before` is None for a subject that was not there."""

    key: Key
    before: Entity | None
    after: Version


_live_one = (
    select(generation.c.live, entity.c.document)
    .join_from(
        generation,
        entity,
        (entity.c.generation == generation.c.live)
        & (entity.c.subject == bindparam("subject"))
        & (entity.c.source == bindparam("source")),
        isouter=True,
    )
    # A rebuild that becomes live waits for this transaction, or this one sees what the rebuild made.
    .with_for_update(read=True, of=generation)
)


_DRIVERS = {
    "sqlite": (sqlite, sqlite.dialect(paramstyle="named")),
    "postgresql": (postgresql, make_url("postgresql+psycopg://").get_dialect()()),
}


def _sql(build: Callable[[Any], Any]) -> dict[str, str]:
    """One statement as each driver wants it, to be run for many rows at once.

    Rows go straight to the driver: they hold text and integers only, and SQLAlchemy spends four times
    as long on preparing a row as the database on storing it.
    """
    return {name: str(build(module).compile(dialect=dialect)) for name, (module, dialect) in _DRIVERS.items()}


def _put(dialect: Any) -> Any:
    fresh = dialect.insert(entity)
    changes = {name: fresh.excluded[name] for name in ("sequence", "changed_at", "document")}
    return fresh.on_conflict_do_update(index_elements=list(entity.primary_key), set_=changes)


def _add_up(dialect: Any) -> Any:
    fresh = dialect.insert(cell)
    total = {"value": cell.c.value + fresh.excluded.value}
    return fresh.on_conflict_do_update(index_elements=list(cell.primary_key), set_=total)


_put_entity = _sql(_put)
_add_to_cell = _sql(_add_up)
_put_place = _sql(lambda dialect: dialect.insert(place))
_remove_place = _sql(lambda _: delete(place).where(*(it == bindparam(f"_{it.name}") for it in place.c)))


def _run(connection: Connection, statement: dict[str, str], rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.exec_driver_sql(statement[connection.dialect.name], rows)


def _moment(time: datetime) -> str:
    """A time as the tables have it."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def live(connection: Connection) -> int:
    """The generation that readers see."""
    return int(connection.execute(select(generation.c.live)).scalar_one())


def load(connection: Connection, key: Key) -> tuple[int, Entity | None]:
    """The live generation, and what it knows of one subject."""
    row = connection.execute(_live_one, {"subject": key.subject, "source": key.source}).one()
    return row.live, documents.validate_json(row.document) if row.document else None


def load_versions(connection: Connection, of: int, keys: Collection[Key]) -> dict[Key, Version]:
    """What a generation knows of these subjects; those it has not met are absent."""
    # By subject alone: SQLite takes no index for a list of pairs.
    wanted = sorted({key.subject for key in keys})
    found = {}
    for start in range(0, len(wanted), CHUNK):
        one_of = entity.c.subject.in_(wanted[start : start + CHUNK])
        for row in connection.execute(select(entity).where(entity.c.generation == of, one_of)):
            known = documents.validate_json(row.document)
            found[Key(row.source, row.subject)] = Version(
                known, row.sequence, datetime.fromisoformat(row.changed_at)
            )
    return found


def save(connection: Connection, of: int, changes: Iterable[Change]) -> dict[Cell, int]:
    """Write entities and their places; returns by how much the cells change."""
    rows: list[dict[str, Any]] = []
    gone: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    differences: dict[Cell, int] = {}
    for change in changes:
        after = change.after
        key = {"generation": of, "subject": change.key.subject, "source": change.key.source}
        document = documents.dump_json(after.entity).decode()
        changed_at = _moment(after.changed_at)
        rows.append(key | {"sequence": after.sequence, "changed_at": changed_at, "document": document})
        if change.before == after.entity:
            continue
        for sign, known in ((-1, change.before), (1, after.entity)):
            for it, value in cells(known).items():
                differences[it] = differences.get(it, 0) + sign * value
        stood, stands = _placed(change.before), _placed(after.entity)
        gone += (_row(key, it) for it in stood - stands)
        new += (_row(key, it) for it in stands - stood)
    _run(connection, _put_entity, rows)
    _run(connection, _remove_place, [{f"_{name}": it[name] for name in it} for it in gone])
    _run(connection, _put_place, new)
    return {it: value for it, value in differences.items() if value}


def add(connection: Connection, of: int, differences: Mapping[Cell, int]) -> None:
    """Change cells, always in the same order, so that two transactions never wait for each other."""
    rows = [
        {"generation": of, "kern": it.kern, "year": it.year, "measure": it.measure, "value": value}
        for it, value in sorted(differences.items())
    ]
    _run(connection, _add_to_cell, rows)


def unused(connection: Connection) -> int:
    """The number of a generation that nothing has."""
    newest = [connection.execute(select(func.max(it.c.generation))).scalar() or 0 for it in OF_A_GENERATION]
    return 1 + max(live(connection), *newest)


def make_live(connection: Connection, of: int) -> None:
    """From the commit on readers see this generation."""
    connection.execute(update(generation).values(live=of))


def reached(of: int) -> Select[str, str, int]:
    """The query of how far a generation is with every subject: source, subject, last sequence."""
    return select(entity.c.source, entity.c.subject, entity.c.sequence).where(entity.c.generation == of)


def sweep(connection: Connection, limit: int) -> bool:
    """Remove some rows of the generations that readers do not see; returns whether more are left."""
    now = live(connection)
    for table in OF_A_GENERATION:
        key = list(table.primary_key)
        for unseen in (table.c.generation < now, table.c.generation > now):
            some = select(*key).where(unseen).limit(limit)
            if connection.execute(delete(table).where(tuple_(*key).in_(some))).rowcount:
                return True
    return False


def _placed(known: Entity | None) -> frozenset[tuple[str, Place]]:
    """The places of an entity with its kind: an event in another's name can make another thing of a subject,
    which then leaves the lists of what it was."""
    return frozenset((known.kind, it) for it in places(known)) if known else frozenset()


def _row(key: dict[str, Any], placed: tuple[str, Place]) -> dict[str, Any]:
    kind, it = placed
    return key | {
        "under": it.under,
        "kind": kind,
        "first": it.first.isoformat(),
        "last": it.last.isoformat(),
    }
