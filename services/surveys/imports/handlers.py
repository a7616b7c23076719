# SPDX-License-Identifier: EUPL-1.2
"""What this service does with an import: read it whole, then publish, round by round, what is new."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from services.surveys.imports import merge, rounds_file, store
from services.surveys.imports.commands import ImportRounds
from services.surveys.imports.merge import ImportedResult, SourceResult
from services.surveys.imports.rounds_file import ResultRow
from services.surveys.results import store as results
from services.surveys.results.corrections import Version
from services.surveys.results.model import Disclosed, Place, Round, completed, corrected, thresholds_in
from shared.access.rules import may
from shared.contracts.commands import Act
from shared.contracts.envelope import NewEvent
from shared.contracts.refusals import Invalid
from shared.contracts.surveys import BenchmarkRecorded, Result
from shared.csv_reader import fault
from shared.messaging.transaction import Transaction


@dataclass(frozen=True)
class Outcome:
    """What came of a file; of `kept` results the source says otherwise, and what was published stays."""

    events: Sequence[NewEvent]
    kept: int


@dataclass(frozen=True)
class RoundNow:
    """A round with what this file says of it: as its source gives it, and what of that may be known.

    `since` numbers what is published now, after all that was published of the round before.
    """

    round_id: str
    first: ResultRow
    given: Mapping[Place, SourceResult]
    disclosed: Mapping[Place, Disclosed]
    since: int

    def round(self, place: Place) -> Round:
        of, row = self.first, self.given[place]
        return Round(
            self.round_id, of.instrument, of.audience, of.year, row.source, row.comparable_with, "import"
        )


@may("editor", "import")
def record(command: ImportRounds, tx: Transaction) -> Outcome:
    """Record every row that is new and correct every one that changed; nothing if any row is wrong."""
    act = tx.act(command, "official")
    units = {indicator.slug: indicator.unit for indicator in tx.municipality.indicators}
    known = rounds_file.References(tx.municipality.kern_slugs, units, act.happened_on)
    # In one order, so that two imports never wait for each other.
    rows = sorted(rounds_file.read(command.csv, known), key=_key)
    outcomes = [_take(list(of_round), act, tx) for _, of_round in groupby(rows, key=_key)]
    events = [event for outcome in outcomes for event in outcome.events]
    return Outcome(events, sum(outcome.kept for outcome in outcomes))


def _key(row: ResultRow) -> tuple[str, str, int]:
    return row.instrument, row.audience, row.year


def _take(rows: list[ResultRow], act: Act, tx: Transaction) -> Outcome:
    """One round: its benchmarks, what is new of it, and what differs from the last time."""
    round_id = store.hold_round(tx.connection, tx.new_id(), *_key(rows[0]))
    own = {row.measured.place: row for row in rows if not row.is_elsewhere}
    known = store.load(tx.connection, round_id)
    _check_origin(own, known, act, tx)
    # What was invented of a round exposes nobody, and hides nobody either.
    is_example = act.origin == "example"
    before = {place: old for place, old in known.items() if (old.origin == "example") == is_example}
    given = {place: old.given for place, old in before.items()}
    given |= {place: SourceResult(r.measured, r.source, r.comparable_with) for place, r in own.items()}
    disclosed = merge.disclose_rows(given, before, thresholds_in(tx.municipality))
    since = 1 + max((version.since for old in before.values() for version in old.versions), default=0)
    now = RoundNow(round_id, rows[0], given, disclosed, since)
    events = _benchmarks([row for row in rows if row.is_elsewhere], act, tx)
    events += _complete(
        {place: row for place, row in own.items() if place not in before}, known, now, act, tx
    )
    for place, old in before.items():
        events += _correct(place, old, now, act, tx)
    kept = [p for p in own if p in before and merge.is_kept(given[p], disclosed[p].measured)]
    return Outcome(events, len(kept))


def _check_origin(
    own: Mapping[Place, ResultRow], known: Mapping[Place, ImportedResult], act: Act, tx: Transaction
) -> None:
    """An example takes the place of nothing real. And of the people of whom a survey was held here, nothing
    else is published: the difference between the two could be one of them.
    """
    for place, row in own.items():
        if act.origin == "example" and place in known and known[place].origin != "example":
            message = (
                "dit gaat over een echte uitkomst. Een voorbeeld kan die niet vervangen. Haal de rij weg."
            )
            raise Invalid(fault(row.line, message))
    first = next(iter(own.values()), None)
    if first and act.origin != "example" and store.is_held_here(tx.connection, *_key(first)):
        message = (
            "dit gaat over een enquête die hier is gehouden. De uitkomst staat al vast. Haal de rij weg."
        )
        raise Invalid(fault(first.line, message))


def _complete(
    fresh: Mapping[Place, ResultRow],
    known: Mapping[Place, ImportedResult],
    now: RoundNow,
    act: Act,
    tx: Transaction,
) -> list[NewEvent]:
    """New results. One that takes the place of an example goes on under its id: there is one result."""
    events, added = [], []
    for place, row in fresh.items():
        measured = Act(act.actor, row.measured_on, act.origin)
        event = completed(now.disclosed[place], now.round(place), measured)
        if place in known:
            events.append(_replace(known[place].result_id, place, (), event, now, tx))
        else:
            added.append((place, NewEvent(tx.new_id(), event)))
    results.add(tx.connection, [event for _place, event in added])
    rows = {event.subject: (now.given[place], now.disclosed[place]) for place, event in added}
    store.add(tx.connection, rows, now.since)
    return events + [event for _place, event in added]


def _correct(place: Place, old: ImportedResult, now: RoundNow, act: Act, tx: Transaction) -> list[NewEvent]:
    row, disclosed = now.given[place], now.disclosed[place]
    if merge.is_news(old, row, disclosed):
        correction = corrected(disclosed, now.round(place), act)
        return [_replace(old.result_id, place, old.versions, correction, now, tx)]
    if row.measured != old.given.measured:
        store.replace(tx.connection, old.result_id, row, old.versions, disclosed, now.since)
    return []


def _replace(
    result_id: str,
    place: Place,
    before: Sequence[Version],
    event: Result,
    now: RoundNow,
    tx: Transaction,
) -> NewEvent:
    results.replace(tx.connection, result_id, event)
    store.replace(tx.connection, result_id, now.given[place], before, now.disclosed[place], now.since)
    return NewEvent(result_id, event)


def _benchmarks(rows: Sequence[ResultRow], act: Act, tx: Transaction) -> list[NewEvent]:
    return [event for row in rows for event in _benchmark(row, act, tx)]


def _benchmark(row: ResultRow, act: Act, tx: Transaction) -> Iterator[NewEvent]:
    if row.measured.value is None:
        return  # the source keeps it secret
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
