# SPDX-License-Identifier: EUPL-1.2
"""How far a consumer is with every aggregate: exactly one effect, for ever, at one row per aggregate.

An event at or below `last_sequence` is a duplicate, the next one is taken, a later one waits as a gap.
A message id that is remembered for a while protects for that while; this has no window.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Column, Connection, Select, String, Table, bindparam, delete, insert, literal, select

from shared.store import BigId, plumbing, upsert

versions = Table(
    "version",
    plumbing,
    Column("consumer", String(40), primary_key=True),
    Column("source", String(100), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("last_sequence", BigId, nullable=False),
)
CHUNK = 400  # aggregates, of which each may be two parameters; SQLite before 3.32 took 999 in all


class Aggregate(NamedTuple):
    """Whose history a sequence counts: only the owner, `source`, publishes about its `subject`."""

    source: str
    subject: str


def load(connection: Connection, consumer: str, wanted: Iterable[Aggregate]) -> dict[Aggregate, int]:
    """The last sequence taken of each aggregate; those never seen are absent."""
    pairs = sorted(set(wanted))
    found: dict[Aggregate, int] = {}
    for start in range(0, len(pairs), CHUNK):
        sources, subjects = map(set, zip(*pairs[start : start + CHUNK], strict=True))
        rows = connection.execute(_LOAD, {"of": consumer, "sources": sources, "subjects": subjects})
        found |= {Aggregate(source, subject): last for source, subject, last in rows}
    return found


def save(connection: Connection, consumer: str, reached: Mapping[Aggregate, int]) -> None:
    """Record the last sequence taken of each aggregate."""
    if not reached:
        return
    connection.execute(
        _SAVE[connection.dialect.name],
        [
            {"consumer": consumer, "source": of.source, "subject": of.subject, "last_sequence": last}
            for of, last in sorted(reached.items())
        ],
    )


# Without the sources SQLite reads every row of the consumer: with a million of them 150 ms for a batch.
_LOAD = select(versions.c.source, versions.c.subject, versions.c.last_sequence).where(
    versions.c.consumer == bindparam("of"),
    versions.c.source.in_(bindparam("sources", expanding=True)),
    versions.c.subject.in_(bindparam("subjects", expanding=True)),
)
_SAVE = upsert(versions, ["consumer", "source", "subject"], lambda new: {"last_sequence": new.last_sequence})


def replace(connection: Connection, consumer: str, reached: Select[str, str, int]) -> None:
    """Put a rebuilt model's versions in the place of the live ones; `reached` finds source, subject and
    last sequence. A query: a million subjects need not pass through memory."""
    connection.execute(delete(versions).where(versions.c.consumer == consumer))
    columns = ["source", "subject", "last_sequence", "consumer"]
    connection.execute(insert(versions).from_select(columns, reached.add_columns(literal(consumer))))
