# SPDX-License-Identifier: EUPL-1.2
"""The read model's tables, and how an entity gets in and out of them.

All rows carry a generation. Readers and handlers use the live one; a rebuild fills the next one beside
it, and becoming live is the change of one row.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

from pydantic import Field, TypeAdapter
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from services.analytics.cells import Cell, Place, cells, places
from services.analytics.model import Entity
from shared.store import BigId

tables = MetaData()
Day = String(10)  # 2021-07-01
Moment = String(32)  # 2021-07-01T09:30:00.000000+00:00, always UTC, so that text sorts as time
generation = Table("generation", tables, Column("live", Integer, primary_key=True, autoincrement=False))
entity = Table(
    "entity",
    tables,
    Column("generation", Integer, primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("source", String(100), primary_key=True),
    Column("sequence", BigId, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("document", Text, nullable=False),
    Index("entity_changed", "generation", "changed_at"),
    sqlite_with_rowid=False,
)
place = Table(
    "place",
    tables,
    Column("generation", Integer, primary_key=True),
    Column("under", String(64), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("last", Day, primary_key=True),
    Column("first", Day, primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("source", String(100), primary_key=True),
    sqlite_with_rowid=False,
)
cell = Table(
    "cell",
    tables,
    Column("generation", Integer, primary_key=True),
    Column("kern", String(60), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("measure", String(120), primary_key=True),
    Column("value", BigId, nullable=False),
    sqlite_with_rowid=False,
)

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
    """Write entities and their places; returns by how much the figures change."""
    rows: list[dict[str, Any]] = []
    gone: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    figures: dict[Cell, int] = {}
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
                figures[it] = figures.get(it, 0) + sign * value
        stood, stands = places(change.before), places(after.entity)
        gone += (_row(key, after.entity, it) for it in stood - stands)
        new += (_row(key, after.entity, it) for it in stands - stood)
    _run(connection, _put_entity, rows)
    _run(connection, _remove_place, [{f"_{name}": it[name] for name in it} for it in gone])
    _run(connection, _put_place, new)
    return {it: value for it, value in figures.items() if value}


def add(connection: Connection, of: int, figures: Mapping[Cell, int]) -> None:
    """Change figures, always in the same order, so that two transactions never wait for each other."""
    rows = [
        {"generation": of, "kern": it.kern, "year": it.year, "measure": it.measure, "value": value}
        for it, value in sorted(figures.items())
    ]
    _run(connection, _add_to_cell, rows)


def _row(key: dict[str, Any], known: Entity, it: Place) -> dict[str, Any]:
    return key | {
        "under": it.under,
        "kind": known.kind,
        "first": it.first.isoformat(),
        "last": it.last.isoformat(),
    }
