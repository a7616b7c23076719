# SPDX-License-Identifier: EUPL-1.2
"""Named loads and saves of imported rounds and benchmarks."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.surveys.imports.merge import ImportedResult, SourceResult
from services.surveys.results.corrections import Version
from services.surveys.results.model import Disclosed, Measured, Place
from services.surveys.tables import benchmarks, imported, results, rounds, surveys
from shared.contracts.envelope import WHOLE_MUNICIPALITY
from shared.contracts.surveys import BenchmarkRecorded

NUMBERS = ("n", "value", "spread", "distribution", "invited")
SOURCED = ("unit", "value", "n", "source")  # what a source may give otherwise the next time
BENCHMARK = [column.name for column in benchmarks.c if column.name not in ("number", "id")]


def hold_round(connection: Connection, new_id: str, instrument: str, audience: str, year: int) -> str:
    """The id of this round, new or known. Until the transaction ends nobody else imports it."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    its = {"instrument": instrument, "audience": audience, "year": year}
    connection.execute(dialect.insert(rounds).values(id=new_id, **its).on_conflict_do_nothing())
    wanted = select(rounds.c.id).where(*(rounds.c[name] == value for name, value in its.items()))
    return str(connection.execute(wanted.with_for_update()).scalar_one())


def load(connection: Connection, round_id: str) -> dict[Place, ImportedResult]:
    """A round as it was imported, the suppressed numbers too, and what was published of it."""
    wanted = select(results, imported).join(imported, imported.c.result_id == results.c.id)
    return {
        (_kern(row.area), row.indicator): ImportedResult(
            row.id,
            SourceResult(_measured(row, imported), row.source, tuple(row.comparable_with)),
            Disclosed(_measured(row, results), row.standing),
            tuple(Version(**version) for version in row.published),
            row.origin,
        )
        for row in connection.execute(wanted.where(results.c.survey_id == round_id))
    }


def is_held_here(connection: Connection, instrument: str, audience: str, year: int) -> bool:
    """Whether a real survey of this service has results of this round."""
    its = {"instrument": instrument, "audience": audience, "year": year}
    wanted = select(results.c.id).join(surveys, surveys.c.id == results.c.survey_id)
    of_round = (results.c[name] == value for name, value in its.items())
    return connection.execute(wanted.where(*of_round, results.c.origin != "example")).first() is not None


def add(connection: Connection, rows: Mapping[str, tuple[SourceResult, Disclosed]], since: int) -> None:
    """Add new rows, by the id of their result, with what is published of them."""
    values = [
        {"result_id": result_id, **_numbers(row.measured), "published": _versions((), disclosed, since)}
        for result_id, (row, disclosed) in rows.items()
    ]
    if values:
        connection.execute(insert(imported), values)


def replace(
    connection: Connection,
    result_id: str,
    row: SourceResult,
    before: Sequence[Version],
    disclosed: Disclosed,
    since: int,
) -> None:
    """Store what the source gives now; what was published `before` stays known."""
    changed = update(imported).where(imported.c.result_id == result_id)
    connection.execute(
        changed.values(**_numbers(row.measured), published=_versions(before, disclosed, since))
    )


def take_benchmark(connection: Connection, new_id: str, benchmark: BenchmarkRecorded) -> str | None:
    """Store a benchmark; the id it has, or None if exactly this was known."""
    its = [
        benchmarks.c[name] == getattr(benchmark, name) for name in ("area", "instrument", "indicator", "year")
    ]
    before = connection.execute(select(benchmarks).where(*its)).first()
    values = {name: getattr(benchmark, name) for name in BENCHMARK}
    if before is None:
        connection.execute(insert(benchmarks), {"id": new_id, **values})
        return new_id
    if all(before._mapping[name] == values[name] for name in SOURCED):
        return None
    connection.execute(update(benchmarks).where(benchmarks.c.id == before.id).values(values))
    return str(before.id)


def _kern(area: str) -> str | None:
    return None if area == WHOLE_MUNICIPALITY else area


def _measured(row: Row[Any], table: Table) -> Measured:
    """The numbers of one of the two tables: as the source gave them, or as they were published."""
    numbers = {name: row._mapping[table.c[name]] for name in NUMBERS}
    numbers["distribution"] = tuple((share["answer"], share["count"]) for share in numbers["distribution"])
    return Measured(_kern(row.area), row.indicator, row.unit, **numbers)


def _versions(before: Sequence[Version], disclosed: Disclosed, since: int) -> list[dict[str, Any]]:
    versions, shown = list(before), disclosed.measured
    is_new = not versions or (versions[-1].n, versions[-1].value) != (shown.n, shown.value)
    if shown.value is not None and is_new:
        versions.append(Version(since, shown.n, shown.value, bool(shown.distribution)))
    return [asdict(version) for version in versions]


def _numbers(measured: Measured) -> dict[str, Any]:
    numbers = {name: getattr(measured, name) for name in NUMBERS}
    numbers["distribution"] = [{"answer": answer, "count": n} for answer, n in measured.distribution]
    return numbers
