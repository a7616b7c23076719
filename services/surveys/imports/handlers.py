# SPDX-License-Identifier: EUPL-1.2
"""What this service does with an import: read it whole, then publish, round by round, what is new."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from services.surveys.imports import merge, rounds_file, store
from services.surveys.imports.commands import ImportRounds
from services.surveys.imports.merge import ImportedResult, Place, SourceResult
from services.surveys.imports.rounds_file import ResultRow
from services.surveys.results import store as results
from services.surveys.results.model import Disclosed, Round, completed, corrected, thresholds_in
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.surveys import BenchmarkRecorded
from shared.messaging.transaction import Transaction


def record(command: ImportRounds, tx: Transaction) -> Sequence[NewEvent]:
    """Record every row that is new and correct every one that changed; nothing if any row is wrong."""
    act = tx.act(command, "official")
    units = {indicator.slug: indicator.unit for indicator in tx.municipality.indicators}
    known = rounds_file.References(tx.municipality.kern_slugs, units, act.happened_on)
    # In one order, so that two imports never wait for each other.
    rows = sorted(rounds_file.read(command.csv, known), key=_key)
    return [event for _, of_round in groupby(rows, key=_key) for event in _take(list(of_round), act, tx)]


def _key(row: ResultRow) -> tuple[str, str, int]:
    return row.instrument, row.audience, row.year


def _take(rows: list[ResultRow], act: Act, tx: Transaction) -> Iterator[NewEvent]:
    """One round: its benchmarks, what is new of it, and what differs from the last time."""
    round_id = store.hold_round(tx.connection, tx.new_id(), *_key(rows[0]))
    yield from _benchmarks([row for row in rows if row.is_elsewhere], act, tx)
    own = {(row.measured.kern, row.measured.indicator): row for row in rows if not row.is_elsewhere}
    before = store.load(tx.connection, round_id)
    now = {place: old.given for place, old in before.items()}
    now |= {place: SourceResult(r.measured, r.source, r.comparable_with) for place, r in own.items()}
    disclosed = merge.disclose_rows(now, before, thresholds_in(tx.municipality))
    rounds = {place: _round(round_id, rows[0], row) for place, row in now.items()}
    yield from _complete({p: own[p] for p in now if p not in before}, now, disclosed, rounds, act, tx)
    for place, old in before.items():
        yield from _correct(old, now[place], disclosed[place], rounds[place], act, tx)


def _round(round_id: str, of: ResultRow, row: SourceResult) -> Round:
    return Round(round_id, of.instrument, of.audience, of.year, row.source, row.comparable_with)


def _complete(
    fresh: Mapping[Place, ResultRow],
    now: Mapping[Place, SourceResult],
    disclosed: Mapping[Place, Disclosed],
    rounds: Mapping[Place, Round],
    act: Act,
    tx: Transaction,
) -> list[NewEvent]:
    ids = {place: tx.new_id() for place in fresh}
    events = []
    for place, row in fresh.items():
        measured = Act(act.actor, row.measured_on, act.origin)
        events.append(NewEvent(ids[place], completed(disclosed[place], rounds[place], measured)))
    results.add(tx.connection, events)
    store.add(tx.connection, {result_id: now[place] for place, result_id in ids.items()})
    return events


def _correct(
    old: ImportedResult, row: SourceResult, disclosed: Disclosed, of: Round, act: Act, tx: Transaction
) -> list[NewEvent]:
    if row.measured != old.given.measured:
        store.replace(tx.connection, old.result_id, row)
    if not merge.is_news(old, row, disclosed):
        return []
    correction = corrected(disclosed, of, act)
    results.correct(tx.connection, old.result_id, correction)
    return [NewEvent(old.result_id, correction)]


def _benchmarks(rows: Sequence[ResultRow], act: Act, tx: Transaction) -> Iterator[NewEvent]:
    for row in rows:
        benchmark = BenchmarkRecorded(
            happened_on=row.measured_on,
            kernen=(),
            actor=act.actor,
            origin=act.origin,
            area=row.area,
            instrument=row.instrument,
            indicator=row.measured.indicator,
            year=row.year,
            unit=row.measured.unit,
            value=row.measured.value,
            n=row.measured.n,
            source=row.source,
        )
        if benchmark_id := store.take_benchmark(tx.connection, tx.new_id(), benchmark):
            yield NewEvent(benchmark_id, benchmark)
