# SPDX-License-Identifier: EUPL-1.2
"""What this service does with an import: read it whole, then tell, round by round, what is new."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from services.surveys import found, outcomes, plans
from services.surveys.commands import ImportRounds
from services.surveys.imports import kept, merge, sheet
from services.surveys.imports.merge import Kept, Place, Sourced
from services.surveys.imports.sheet import Row
from services.surveys.model import Act
from services.surveys.outcomes import Setting
from services.surveys.results import Said
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Findings
from shared.contracts.surveys import BenchmarkRecorded
from shared.messaging.transaction import Transaction


def record(command: ImportRounds, tx: Transaction) -> Sequence[NewEvent]:
    """Record every row that is new and correct every one that changed; nothing if any row is wrong."""
    findings = Findings()
    act = Act("official", tx.date_of(command, findings), command.origin)
    findings.settle()
    units = {indicator.slug: indicator.unit for indicator in tx.municipality.indicators}
    known = sheet.Known(tx.municipality.kern_slugs, units, act.happened_on)
    rows = sorted(sheet.read(command.csv, known), key=_round)  # two imports never wait for each other
    return [event for _, its in groupby(rows, key=_round) for event in _take(list(its), act, tx)]


def _round(row: Row) -> tuple[str, str, int]:
    return row.instrument, row.audience, row.year


def _take(rows: list[Row], act: Act, tx: Transaction) -> Iterator[NewEvent]:
    """One round: its benchmarks, what is new of it, and what differs from the last time."""
    round_id = kept.hold_round(tx.connection, tx.new_id(), *_round(rows[0]))
    yield from _benchmarks([row for row in rows if row.area in sheet.ELSEWHERE], act, tx)
    own = {
        (row.measured.kern, row.measured.indicator): row for row in rows if row.area not in sheet.ELSEWHERE
    }
    before = kept.load(tx.connection, round_id)
    now = {place: old.sourced for place, old in before.items()}
    now |= {place: Sourced(r.measured, r.source, r.comparable_with) for place, r in own.items()}
    said = merge.say(now, before, plans.limits_in(tx.municipality))
    settings = {place: _setting(round_id, rows[0], row) for place, row in now.items()}
    yield from _complete({p: own[p] for p in now if p not in before}, now, said, settings, act, tx)
    for place, old in before.items():
        yield from _correct(old, now[place], said[place], settings[place], act, tx)


def _setting(round_id: str, of: Row, row: Sourced) -> Setting:
    return Setting(round_id, of.instrument, of.audience, of.year, row.source, row.comparable_with)


def _complete(
    fresh: Mapping[Place, Row],
    now: Mapping[Place, Sourced],
    said: Mapping[Place, Said],
    settings: Mapping[Place, Setting],
    act: Act,
    tx: Transaction,
) -> list[NewEvent]:
    ids = {place: tx.new_id() for place in fresh}
    told = []
    for place, row in fresh.items():
        measured = Act(act.actor, row.measured_on, act.origin)
        told.append(NewEvent(ids[place], outcomes.completed(said[place], settings[place], measured)))
    found.add(tx.connection, told)
    kept.keep(tx.connection, {result_id: now[place] for place, result_id in ids.items()})
    return told


def _correct(
    old: Kept, row: Sourced, said: Said, setting: Setting, act: Act, tx: Transaction
) -> list[NewEvent]:
    if row.measured != old.sourced.measured:
        kept.replace(tx.connection, old.result_id, row)
    if not merge.is_news(old, row, said):
        return []
    correction = outcomes.corrected(said, setting, act)
    found.correct(tx.connection, old.result_id, correction)
    return [NewEvent(old.result_id, correction)]


def _benchmarks(rows: Sequence[Row], act: Act, tx: Transaction) -> Iterator[NewEvent]:
    for row in rows:
        said = BenchmarkRecorded(
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
        if benchmark_id := kept.take_benchmark(tx.connection, tx.new_id(), said):
            yield NewEvent(benchmark_id, said)
